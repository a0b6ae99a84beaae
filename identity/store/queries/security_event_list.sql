-- What happened to a principal before an event, newest first.
-- in: principal_id id, kind text?, start_time time?, end_time time?, before_id id, limit int64
-- out: event_id id, principal_id id, session_id id, account_id id?, actor_id id?, kind text, detail text, device text, network text,
-- out: times int64, note_time time
SELECT event_id, principal_id, session_id, account_id, actor_id, kind, detail, device, network, times, note_time
FROM security_event
WHERE principal_id = :principal_id AND event_id < :before_id AND (:kind IS NULL OR kind = :kind)
    AND (:start_time IS NULL OR note_time >= :start_time) AND (:end_time IS NULL OR note_time < :end_time)
ORDER BY event_id DESC
LIMIT :limit
