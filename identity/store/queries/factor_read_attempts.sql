-- A principal's wrong proofs.
-- in: principal_id id
-- out: wait_time time, day_failures int64, day_time time
SELECT wait_time, day_failures, day_time FROM factor_guard WHERE principal_id = :principal_id
