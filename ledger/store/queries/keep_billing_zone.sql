-- Keeps by which zone an account is billed since a moment; under the lock of its chain.
-- in: account_id id, since_time time, time_zone text
INSERT INTO billing_zone (account_id, since_time, time_zone)
VALUES (:account_id, :since_time, :time_zone)
ON CONFLICT (account_id, since_time) DO UPDATE SET time_zone = excluded.time_zone
