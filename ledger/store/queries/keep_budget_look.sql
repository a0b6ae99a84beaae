-- Keeps what a budget told by now; no row comes back when it was changed, or another process has looked, meanwhile.
-- in: account_id id, budget_id id, version int64, period_start_time time, fired_ppm int64, now time
-- out: budget_id id
UPDATE budget
SET period_start_time = :period_start_time, fired_ppm = :fired_ppm, looked_time = :now, version = version + 1
WHERE account_id = :account_id AND budget_id = :budget_id AND version = :version
RETURNING budget_id
