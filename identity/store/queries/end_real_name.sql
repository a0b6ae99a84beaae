-- A verified real name ends from this moment on.
-- in: submission_id id, state text, reason text, end_time time
UPDATE real_name SET state = :state, reason = :reason, end_time = :end_time WHERE submission_id = :submission_id
