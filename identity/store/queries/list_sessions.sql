-- The live sessions of a principal before a session, newest first (ID-34).
-- in: principal_id id, used_since_time time, created_since_time time, before_id id, limit int64
-- out: session_id id, device text, network text, create_time time, use_time time
SELECT session_id, device, network, create_time, use_time
FROM session
WHERE principal_id = :principal_id AND revoke_time IS NULL AND use_time > :used_since_time
    AND (create_time > :created_since_time) IS TRUE AND session_id < :before_id
ORDER BY session_id DESC
LIMIT :limit
