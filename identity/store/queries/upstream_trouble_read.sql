-- The trouble that a partner is in; its account is locked.
-- in: agent_account_id id
-- out: trouble_id id, cause text
SELECT trouble_id, cause FROM upstream_trouble WHERE agent_account_id = :agent_account_id AND end_time IS NULL
