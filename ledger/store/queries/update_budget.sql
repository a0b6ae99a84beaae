-- Keeps a budget that is held; it is to be looked at now.
-- in: account_id id, budget_id id, amount_micros int64, thresholds text, of_cap bool, fired_ppm int64, change_time time
UPDATE budget
SET amount_micros = :amount_micros, thresholds = :thresholds, of_cap = :of_cap, fired_ppm = :fired_ppm, looked_time = 'epoch',
    version = version + 1, change_time = :change_time
WHERE account_id = :account_id AND budget_id = :budget_id
