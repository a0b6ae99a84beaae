-- Counts a proof as wrong before it is looked at, so that parallel ones gain nothing (ID-32); a right one takes it back. No row: the
-- principal has to wait, has spent the day's, or is nobody. waits holds the wait after each number of failures in a row, in microseconds.
-- in: principal_id id, now time, waits int64[], day_start_time time, day_max int64
-- out: failures int64
INSERT INTO factor_guard AS seen (principal_id, failures, wait_time, day_failures, day_time)
SELECT principal_id, 1, :now, 1, :now FROM principal WHERE principal.principal_id = :principal_id
ON CONFLICT (principal_id) DO UPDATE SET
    failures = seen.failures + 1,
    wait_time = :now + (:waits)[least(seen.failures + 1, array_length(:waits, 1))] * interval '1 microsecond',
    day_failures = CASE WHEN seen.day_time > :day_start_time THEN seen.day_failures + 1 ELSE 1 END,
    day_time = CASE WHEN seen.day_time > :day_start_time THEN seen.day_time ELSE :now END
WHERE (seen.failures = 0 OR seen.wait_time <= :now OR (:waits)[least(seen.failures, array_length(:waits, 1))] = 0)
    AND (seen.day_failures < :day_max OR seen.day_time <= :day_start_time)
RETURNING failures
