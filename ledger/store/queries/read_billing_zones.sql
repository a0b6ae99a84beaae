-- The zones by which an account is billed, from the one that counts at a moment on, in the order of time.
-- in: account_id id, from_time time, limit int64
-- out: time_zone text, since_time time
SELECT time_zone, since_time
FROM billing_zone
WHERE account_id = :account_id
  AND since_time >= coalesce((SELECT since_time FROM billing_zone WHERE account_id = :account_id AND since_time <= :from_time
                              ORDER BY since_time DESC LIMIT 1), 'epoch')
ORDER BY since_time
LIMIT :limit
