-- The codes were right; the change waits for its time.
-- in: account_id id, channel text, confirm_time time
UPDATE contact_change SET confirm_time = :confirm_time WHERE account_id = :account_id AND channel = :channel
