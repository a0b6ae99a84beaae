-- A right proof takes back what was counted before it was looked at, and ends the failures in a row.
-- in: principal_id id
UPDATE factor_guard SET failures = 0, wait_time = to_timestamp(0), day_failures = greatest(day_failures - 1, 0)
WHERE principal_id = :principal_id
