-- Counts a log-in as failed before the password is looked at, so that parallel tries gain nothing; success clears it. No row: the
-- lane has to wait. $3 holds the wait after each number of failures, in microseconds; where that is none nothing is compared, for
-- log-ins that overlap come here in another order than their clocks were read.
INSERT INTO log_in_lane AS seen (email_index, lane, failures, wait_time) VALUES ($1, $4, 1, $2)
ON CONFLICT (email_index, lane) DO UPDATE SET
    failures = seen.failures + 1,
    wait_time = $2::timestamptz + ($3::bigint[])[least(seen.failures + 1, array_length($3::bigint[], 1))] * interval '1 microsecond'
WHERE seen.wait_time <= $2 OR ($3::bigint[])[least(seen.failures, array_length($3::bigint[], 1))] = 0
RETURNING failures
