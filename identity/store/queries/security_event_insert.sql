-- Something happened to the means by which a principal is known, or to what it may do.
-- in: event_id id, principal_id id, session_id id, account_id id?, actor_id id?, kind text, detail text, device text, network text,
-- in: times int64, note_time time
INSERT INTO security_event (event_id, principal_id, session_id, account_id, actor_id, kind, detail, device, network, times, note_time)
VALUES (:event_id, :principal_id, :session_id, :account_id, :actor_id, :kind, :detail, :device, :network, :times, :note_time)
