-- Closed, or open again.
-- in: account_id id, closed bool, now time
UPDATE account SET closed_time = CASE WHEN :closed THEN coalesce(closed_time, :now) END WHERE account_id = :account_id
