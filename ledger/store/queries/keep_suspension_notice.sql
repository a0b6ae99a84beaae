-- Keeps a notice by one channel, or that it was delivered.
-- in: account_id id, notice_id id, channel int64, rung int64, rungs int64, raise_time time, deliver_time time?
INSERT INTO suspension_notice (account_id, notice_id, channel, rung, rungs, raise_time, deliver_time)
VALUES (:account_id, :notice_id, :channel, :rung, :rungs, :raise_time, :deliver_time)
ON CONFLICT (account_id, notice_id, channel) DO UPDATE SET deliver_time = coalesce(suspension_notice.deliver_time, excluded.deliver_time)
