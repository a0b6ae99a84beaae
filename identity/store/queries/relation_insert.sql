-- A relation that is asked for.
-- in: relation_id id, agent_account_id id, customer_account_id id, requested_by id, create_time time
INSERT INTO relation (relation_id, agent_account_id, customer_account_id, requested_by, create_time)
VALUES (:relation_id, :agent_account_id, :customer_account_id, :requested_by, :create_time)
