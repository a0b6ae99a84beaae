-- A budget, held until it is changed.
-- in: account_id id, budget_id id
-- out: account_id id, budget_id id, name text, amount_micros int64, period int64, basis int64, thresholds text, of_cap bool,
-- out: period_start_time time?, fired_ppm int64, looked_time time, version int64, create_time time, change_time time
SELECT account_id, budget_id, name, amount_micros, period::bigint, basis::bigint, thresholds, of_cap, period_start_time, fired_ppm, looked_time,
       version, create_time, change_time
FROM budget
WHERE account_id = :account_id AND budget_id = :budget_id
FOR UPDATE
