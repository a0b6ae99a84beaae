-- Ends a verification from this moment on.
UPDATE company_submission SET state = 'REVOKED', reason = $2, revoke_time = $3, decided_by = $4
WHERE submission_id = $1
