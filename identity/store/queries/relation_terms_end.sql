-- Ends the terms of a relation that hold.
-- in: relation_id id, customer_account_id id, end_time time
UPDATE relation_offer SET end_time = :end_time
WHERE customer_account_id = :customer_account_id AND begin_time IS NOT NULL AND end_time IS NULL AND (relation_id = :relation_id) IS TRUE
