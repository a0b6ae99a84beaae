-- What was proved on the device of an ended session, or on all that a principal logged in from, counts for no other session (ID-43).
-- in: principal_id id, session_id id?
UPDATE session SET device_hash = NULL, device_proof_time = NULL
WHERE device_hash = ANY (ARRAY(
    SELECT ended.device_hash FROM session AS ended
    WHERE ended.principal_id = :principal_id AND (:session_id IS NULL OR (ended.session_id = :session_id) IS TRUE)
))
