-- Ends all sessions of a principal (ID-34).
UPDATE session SET revoke_time = $2
WHERE principal_id = $1 AND revoke_time IS NULL AND use_time > $3 AND (create_time > $4) IS TRUE -- the principal is what to look for
