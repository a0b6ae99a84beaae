-- Counts a log-in of an unknown lane as failed within its address's day; no row: the day has seen as many as it may.
-- in: email_index bytes, now time, day_start_time time, failures_max int64
-- out: failures int64
INSERT INTO log_in_day AS seen (email_index, failures, since) VALUES (:email_index, 1, :now)
ON CONFLICT (email_index) DO UPDATE SET
    failures = CASE WHEN seen.since > :day_start_time THEN seen.failures + 1 ELSE 1 END,
    since = CASE WHEN seen.since > :day_start_time THEN seen.since ELSE :now END
WHERE seen.failures < :failures_max OR seen.since <= :day_start_time
RETURNING failures
