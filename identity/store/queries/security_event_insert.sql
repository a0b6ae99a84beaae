-- Something happened to the means by which a principal is known.
-- in: event_id id, principal_id id, session_id id, kind text, note_time time
INSERT INTO security_event (event_id, principal_id, session_id, kind, note_time) VALUES (:event_id, :principal_id, :session_id, :kind,
    :note_time)
