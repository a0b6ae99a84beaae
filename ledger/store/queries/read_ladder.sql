-- Which rungs an account was below when it was looked at last.
-- in: account_id id
-- out: rungs int64, looked_time time
SELECT rungs::bigint, looked_time FROM ladder WHERE account_id = :account_id
