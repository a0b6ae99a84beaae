-- Asks again later.
-- in: submission_id id, due_time time
UPDATE verification SET due_time = :due_time WHERE submission_id = :submission_id
