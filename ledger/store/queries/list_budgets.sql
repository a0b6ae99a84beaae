-- An account's budgets, newest first.
-- in: account_id id, before_id id, limit int64
-- out: as lock_budget
SELECT account_id, budget_id, name, amount_micros, period::bigint, basis::bigint, thresholds, of_cap, period_start_time, fired_ppm, looked_time,
       version, create_time, change_time
FROM budget
WHERE account_id = :account_id AND budget_id < :before_id
ORDER BY budget_id DESC
LIMIT :limit
