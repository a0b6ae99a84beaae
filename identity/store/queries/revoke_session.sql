-- Ends one session of a principal (ID-34).
-- in: principal_id id, session_id id, revoke_time time
UPDATE session SET revoke_time = :revoke_time WHERE session_id = :session_id AND principal_id = :principal_id
    AND revoke_time IS NULL
