-- A submission is decided: its files are deleted by and by.
-- in: submission_id id, due_time time
UPDATE evidence_file SET due_time = :due_time WHERE submission_id = :submission_id AND (delete_time IS NULL) IS TRUE
