-- What an account spent in days that begin within a span.
-- in: account_id id, from_time time, to_time time
-- out: micros int64
SELECT coalesce(sum(micros), 0)::bigint AS micros
FROM spend_day
WHERE account_id = :account_id AND day_time >= :from_time AND day_time < :to_time
