-- Customers that are at risk by a trouble.
-- in: trouble_id id, limit int64
-- out: relation_id id, customer_account_id id
SELECT relation_id, customer_account_id FROM relation_risk WHERE trouble_id = :trouble_id AND (end_time IS NULL) IS TRUE ORDER BY risk_id LIMIT :limit
