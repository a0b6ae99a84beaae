-- The last change of an account's channel; the account is locked.
-- in: account_id id, channel text
-- out: change_id id, sealed bytes, contact_index bytes, old_lost bool, confirm_time time?, ended bool, starts int64, starts_since time
SELECT change_id, sealed, contact_index, old_lost, confirm_time, end_time IS NOT NULL AS ended, starts, starts_since
FROM contact_change
WHERE account_id = :account_id AND channel = :channel
