-- Whether a partner pays for an account (LED-17), by any of its relations.
-- in: customer_id id
-- out: agent_id id
SELECT agent_id FROM relation WHERE customer_id = :customer_id AND agent_pays LIMIT 1
