-- Counts a log-in as failed before the password is looked at, so that parallel tries gain nothing; success clears it. No row: the
-- lane has to wait. waits holds the wait after each number of failures, in microseconds; where that is none nothing is compared, for
-- log-ins that overlap come here in another order than their clocks were read.
-- in: email_index bytes, now time, waits int64[], lane bytes
-- out: failures int64
INSERT INTO log_in_lane AS seen (email_index, lane, failures, wait_time) VALUES (:email_index, :lane, 1, :now)
ON CONFLICT (email_index, lane) DO UPDATE SET
    failures = seen.failures + 1,
    wait_time = :now + (:waits)[least(seen.failures + 1, array_length(:waits, 1))] * interval '1 microsecond'
WHERE seen.wait_time <= :now OR (:waits)[least(seen.failures, array_length(:waits, 1))] = 0
RETURNING failures
