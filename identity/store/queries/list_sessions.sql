-- The live sessions of a principal before a session, newest first (ID-34).
SELECT session_id, device, create_time, use_time
FROM session
WHERE principal_id = $1 AND revoke_time IS NULL AND use_time > $2 AND (create_time > $3) IS TRUE AND ($4::uuid IS NULL OR session_id < $4)
ORDER BY session_id DESC
LIMIT $5
