-- A change is done, or cancelled.
-- in: account_id id, channel text, end_time time
UPDATE contact_change SET end_time = :end_time WHERE account_id = :account_id AND channel = :channel
