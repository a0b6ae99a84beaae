-- Locks the factors of a principal, which are changed by one call at a time. No row: there is no such principal.
-- in: principal_id id
-- out: sets int64, sets_time time
INSERT INTO factor_guard AS seen (principal_id)
SELECT principal_id FROM principal WHERE principal.principal_id = :principal_id
ON CONFLICT (principal_id) DO UPDATE SET sets = seen.sets
RETURNING sets, sets_time
