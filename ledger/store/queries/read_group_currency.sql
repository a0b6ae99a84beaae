-- A partner's own currency, in which its tiers and its volume are; "": it has none yet.
-- in: agent_id id
-- out: currency text
SELECT currency FROM account WHERE account_id = :agent_id AND moved_time IS NULL LIMIT 1
