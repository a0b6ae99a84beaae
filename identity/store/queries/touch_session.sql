-- A session was used.
-- in: session_id id, use_time time
UPDATE session SET use_time = :use_time WHERE session_id = :session_id AND use_time < :use_time
