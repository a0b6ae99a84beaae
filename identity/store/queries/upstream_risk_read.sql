-- The risk that a customer's relation is at.
-- in: customer_account_id id
-- out: risk_id id, relation_id id, trouble_id id, agent_account_id id, customer_account_id id, cause text, begin_time time, grace_end_time time,
-- out: told int64, bridge_time time?, ran_out_time time?, end_time time?
SELECT risk.risk_id, risk.relation_id, risk.trouble_id, trouble.agent_account_id, risk.customer_account_id, trouble.cause, risk.begin_time,
       risk.grace_end_time, risk.told, risk.bridge_time, risk.ran_out_time, risk.end_time
FROM relation_risk AS risk
CROSS JOIN LATERAL (SELECT * FROM upstream_trouble AS by WHERE by.trouble_id = risk.trouble_id LIMIT 1) AS trouble
WHERE risk.customer_account_id = :customer_account_id AND risk.end_time IS NULL
