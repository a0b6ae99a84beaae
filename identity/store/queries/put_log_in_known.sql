-- An address logged in from devices and sources.
-- in: email_index bytes, lanes bytes[], seen_time time
INSERT INTO log_in_known (email_index, lane, seen_time)
SELECT :email_index, lane, :seen_time FROM unnest(:lanes) lane
ON CONFLICT (email_index, lane) DO UPDATE SET seen_time = greatest(log_in_known.seen_time, excluded.seen_time)
