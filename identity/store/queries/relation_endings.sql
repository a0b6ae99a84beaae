-- How often the end of a customer's relation was asked for since a moment, and not taken back.
-- in: customer_account_id id, since_time time
-- out: endings int64
SELECT count(*) AS endings FROM relation WHERE customer_account_id = :customer_account_id AND end_asked_time IS NOT NULL
    AND end_asked_time > :since_time
