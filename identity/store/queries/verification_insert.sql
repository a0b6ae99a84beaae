-- A verifier is asked about a submission.
-- in: submission_id id, kind text, due_time time
INSERT INTO verification (submission_id, kind, due_time) VALUES (:submission_id, :kind, :due_time)
