-- Sessions that the session policy of an account refused (ID-43): each is noted as a security event and an act (GW-07), unless that was
-- done since a moment. One that another call has in its hand is left to that.
-- in: session_ids id[], account_ids id[], reasons text[], networks text[], event_ids id[], act_ids id[], actor_ids id[], kind text,
-- in: action text, credential int64, since_time time, note_time time
WITH refused AS (
    SELECT DISTINCT ON (session_id) *
    FROM unnest(:session_ids, :account_ids, :reasons, :networks, :event_ids, :act_ids, :actor_ids)
        AS refused (session_id, account_id, reason, network, event_id, act_id, actor_id)
    ORDER BY session_id
), due AS (
    UPDATE session SET refused_time = :note_time
    WHERE ctid = ANY (ARRAY(
        SELECT found.ctid FROM unnest(:session_ids) AS asked (session_id)
        CROSS JOIN LATERAL (
            SELECT session.ctid FROM session
            WHERE session.session_id = asked.session_id AND (refused_time IS NULL OR refused_time <= :since_time) LIMIT 1
            FOR UPDATE SKIP LOCKED
        ) AS found
    ))
    RETURNING session_id, principal_id, device
), acted AS (
    INSERT INTO act_log (act_id, act_time, action, reason, account_id, object_id, tag, actor_id, principal_id, acting_id, credential,
        credential_id, roles, step)
    SELECT act_id, :note_time, :action, reason, account_id, session_id, '', actor_id, principal_id, account_id, :credential,
        session_id, '', ''
    FROM due JOIN refused USING (session_id)
)
INSERT INTO security_event (event_id, principal_id, session_id, account_id, kind, detail, device, network, note_time)
SELECT event_id, principal_id, session_id, account_id, :kind, reason, device, network, :note_time
FROM due JOIN refused USING (session_id)
