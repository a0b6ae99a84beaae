-- Customers that are to be told of a risk, the longest ago first, after a place in that order.
-- in: now time, after_next_time time, after_risk_id id, limit int64
-- out: relation_id id, customer_account_id id, next_time time?, risk_id id
SELECT relation_id, customer_account_id, next_time, risk_id FROM relation_risk
WHERE next_time IS NOT NULL AND next_time <= :now AND (next_time, risk_id) > (:after_next_time, :after_risk_id)
ORDER BY next_time, risk_id LIMIT :limit
