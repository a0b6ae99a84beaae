-- An address logged in from devices and sources.
INSERT INTO log_in_known (email_index, lane, seen_time)
SELECT $1, lane, $3 FROM unnest($2::bytea[]) lane
ON CONFLICT (email_index, lane) DO UPDATE SET seen_time = greatest(log_in_known.seen_time, excluded.seen_time)
