-- A partner is in trouble.
-- in: trouble_id id, agent_account_id id, cause text, begin_time time
INSERT INTO upstream_trouble (trouble_id, agent_account_id, cause, begin_time) VALUES (:trouble_id, :agent_account_id, :cause, :begin_time)
