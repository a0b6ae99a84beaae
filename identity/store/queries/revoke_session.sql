-- Ends one session of a principal (ID-34).
UPDATE session SET revoke_time = $3 WHERE session_id = $2 AND principal_id = $1 AND revoke_time IS NULL
