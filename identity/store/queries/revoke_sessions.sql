-- Ends all sessions of a principal (ID-34), but for one that is kept.
-- in: principal_id id, now time, used_since_time time, created_since_time time, kept_session_id id?
UPDATE session SET revoke_time = :now
WHERE principal_id = :principal_id AND revoke_time IS NULL AND use_time > :used_since_time
    AND (create_time > :created_since_time) IS TRUE -- the principal is what to look for
    AND (:kept_session_id IS NULL OR (session_id <> :kept_session_id) IS TRUE)
