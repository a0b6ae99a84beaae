-- Ends a verification from this moment on.
-- in: submission_id id, reason text, revoke_time time, decided_by id
UPDATE company_submission SET state = 'REVOKED', reason = :reason, revoke_time = :revoke_time, decided_by = :decided_by
WHERE submission_id = :submission_id
