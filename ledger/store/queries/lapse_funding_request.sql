-- Ends what a customer waits for of an agent that is its agent no more; under the locks of both chains.
-- in: customer_id id, agent_id id, end_time time
UPDATE funding_request SET state = 7, end_time = :end_time WHERE customer_id = :customer_id AND state = 1 AND (agent_id = :agent_id) IS TRUE
