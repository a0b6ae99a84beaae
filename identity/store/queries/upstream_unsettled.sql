-- Troubles after one that are not settled.
-- in: after_id id, limit int64
-- out: trouble_id id, agent_account_id id, ended bool
SELECT trouble_id, agent_account_id, end_time IS NOT NULL AS ended FROM upstream_trouble
WHERE settle_time IS NULL AND trouble_id > :after_id
ORDER BY trouble_id LIMIT :limit
