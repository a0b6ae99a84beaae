-- A session was used; written only when the last use was noted before $3.
UPDATE session SET use_time = $2 WHERE session_id = $1 AND use_time < $3
