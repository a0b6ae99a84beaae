-- Asks again later, after so many tries.
-- in: submission_id id, tries int64, due_time time
UPDATE verification SET due_time = :due_time, tries = :tries WHERE submission_id = :submission_id
