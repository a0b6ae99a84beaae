-- The last 20 notices of an account that were raised up to a moment, the newest first.
-- in: account_id id, to_time time
-- out: notice_id id, channel int64, rung int64, rungs int64, raise_time time, deliver_time time?
SELECT notice_id, channel::bigint, rung::bigint, rungs::bigint, raise_time, deliver_time
FROM suspension_notice
WHERE account_id = :account_id AND raise_time <= :to_time
ORDER BY raise_time DESC, rung DESC, channel LIMIT 20
