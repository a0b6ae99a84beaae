-- A page of the accounts, of all companies, whose last turn no runner has acknowledged, the newest account first.
-- in: before_id id, limit int64
-- out: account_id id, suspension_policy int64, suspended bool, stop_due_time time?, turned_time time?, release_due bool, warned_time time?
SELECT account_id, suspension_policy::bigint, suspended, stop_due_time, turned_time, release_due, warned_time
FROM account
WHERE turned_time IS NOT NULL AND acknowledged_time IS DISTINCT FROM turned_time AND moved_time IS NULL AND account_id < :before_id
ORDER BY account_id DESC LIMIT :limit
