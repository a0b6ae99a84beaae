-- Keeps a new budget, which nobody looked at yet.
-- in: account_id id, budget_id id, name text, amount_micros int64, period int64, basis int64, thresholds text, of_cap bool, create_time time
INSERT INTO budget (account_id, budget_id, name, amount_micros, period, basis, thresholds, of_cap, fired_ppm, looked_time, version, create_time,
                    change_time)
VALUES (:account_id, :budget_id, :name, :amount_micros, :period, :basis, :thresholds, :of_cap, 0, 'epoch', 1, :create_time, :create_time)
