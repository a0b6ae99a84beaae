-- Keeps whether a relation of two accounts is at risk, and as of when; under the lock of the customer's chain.
-- in: relation_id id, agent_id id, customer_id id, at_risk bool, risk_time time
UPDATE relation SET at_risk = :at_risk, risk_time = :risk_time
WHERE customer_id = :customer_id AND agent_id = :agent_id AND relation_id = :relation_id
