-- Customers that are to be told of a risk, the longest ago first.
-- in: now time, limit int64
-- out: relation_id id, customer_account_id id
SELECT relation_id, customer_account_id FROM relation_risk WHERE next_time IS NOT NULL AND next_time <= :now ORDER BY next_time LIMIT :limit
