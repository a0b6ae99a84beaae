-- Keeps folds with their lines, in one transaction; what is to be sent waits in state 1.
-- in: fold_ids id[], account_id id, day_times time[], effective_times time[], currency text, lines_micros int64[], order_micros int64[],
-- in: rated_time time
INSERT INTO usage_fold (fold_id, account_id, day_time, effective_time, currency, lines_micros, order_micros, state, rated_time)
SELECT fold_id, :account_id, day_time, effective_time, :currency, lines, ordered, CASE WHEN ordered > 0 THEN 1 ELSE 4 END, :rated_time
FROM unnest(:fold_ids, :day_times, :effective_times, :lines_micros, :order_micros) AS made (fold_id, day_time, effective_time, lines, ordered)
