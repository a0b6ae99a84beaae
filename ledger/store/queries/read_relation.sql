-- Reads what identity told of a relation of two accounts; under the lock of the agent's chain.
-- in: relation_id id, agent_id id, customer_id id
-- out: version int64, allocates bool, agent_pays bool, agent_purchases bool, ended bool, paid_until_time time?, at_risk bool, risk_time time?
SELECT version, allocates, agent_pays, agent_purchases, ended, paid_until_time, at_risk, risk_time
FROM relation
WHERE customer_id = :customer_id AND agent_id = :agent_id AND relation_id = :relation_id
