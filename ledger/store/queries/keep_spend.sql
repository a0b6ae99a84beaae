-- Adds what was spent in a stretch of a chain to its days, and notes how far that is. Nothing, when another process was first.
-- in: company_id id, folded_length int64, length int64, account_ids id[], day_times time[], spent_micros int64[]
WITH folded AS (
    UPDATE told_chain SET folded_length = :length WHERE company_id = :company_id AND folded_length = :folded_length RETURNING company_id
)
INSERT INTO spend_day (account_id, day_time, micros)
SELECT spent.account_id, spent.day_time, spent.micros
FROM unnest(:account_ids, :day_times, :spent_micros) AS spent (account_id, day_time, micros)
WHERE EXISTS (SELECT FROM folded)
ORDER BY spent.account_id, spent.day_time
ON CONFLICT (account_id, day_time) DO UPDATE SET micros = spend_day.micros + excluded.micros
