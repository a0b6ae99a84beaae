-- Log-out, and that it was noted.
-- in: token_hash bytes, revoke_time time, event_id id, kind text, network text
WITH ended AS (
    UPDATE session SET revoke_time = :revoke_time WHERE token_hash = :token_hash AND revoke_time IS NULL
    RETURNING principal_id, session_id
)
INSERT INTO security_event (event_id, principal_id, session_id, kind, network, note_time)
SELECT :event_id, principal_id, session_id, :kind, :network, :revoke_time FROM ended
