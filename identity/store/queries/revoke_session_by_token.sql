-- Log-out, and that it was noted; by whom, and in which account the session acted by itself.
-- in: token_hash bytes, revoke_time time, event_id id, kind text, network text
-- out: principal_id id, session_id id, account_id id?
WITH ended AS (
    UPDATE session SET revoke_time = :revoke_time WHERE token_hash = :token_hash AND revoke_time IS NULL
    RETURNING principal_id, session_id
), noted AS (
    INSERT INTO security_event (event_id, principal_id, session_id, kind, network, note_time)
    SELECT :event_id, principal_id, session_id, :kind, :network, :revoke_time FROM ended
)
SELECT ended.principal_id, ended.session_id, coalesce(principal.account_id, (
           SELECT given.account_id FROM role_grant AS given WHERE given.principal_id = ended.principal_id ORDER BY grant_time LIMIT 1
       )) AS account_id
FROM ended
CROSS JOIN LATERAL (SELECT account_id FROM principal WHERE principal.principal_id = ended.principal_id LIMIT 1) AS principal
