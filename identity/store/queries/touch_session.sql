-- A session was used.
UPDATE session SET use_time = $2 WHERE session_id = $1 AND use_time < $2
