-- Counts a log-in of an unknown lane as failed within its address's day; no row: the day has seen as many as it may.
INSERT INTO log_in_day AS seen (email_index, failures, since) VALUES ($1, 1, $2)
ON CONFLICT (email_index) DO UPDATE SET
    failures = CASE WHEN seen.since > $3 THEN seen.failures + 1 ELSE 1 END,
    since = CASE WHEN seen.since > $3 THEN seen.since ELSE $2 END
WHERE seen.failures < $4 OR seen.since <= $3
RETURNING failures
