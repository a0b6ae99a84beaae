-- Counts a failed log-in by an address in its hour, and notes the first ones of an hour, with an act of the public's about the person and in
-- the account that it acts in (GW-07). An address that nobody logs in by costs the same.
-- in: email_index bytes, hour_time time, principal_id id?, noted_max int64, event_id id, session_id id, kind text, device text,
-- in: network text, note_time time, act_id id, account_id id?, action text, reason text, actor_id id, step text
WITH counted AS (
    INSERT INTO log_in_failed_hour AS seen (email_index, hour_time, principal_id, failures)
    VALUES (:email_index, :hour_time, :principal_id, 1)
    ON CONFLICT (email_index, hour_time) DO UPDATE SET failures = seen.failures + 1, principal_id = excluded.principal_id
    RETURNING principal_id, failures
), acted AS (
    INSERT INTO act_log (act_id, act_time, action, reason, account_id, object_id, tag, actor_id, credential, roles, step)
    SELECT :act_id, :note_time, :action, :reason, :account_id, principal_id, '', :actor_id, 0, '', :step
    FROM counted
    WHERE principal_id IS NOT NULL AND failures <= :noted_max
)
INSERT INTO security_event (event_id, principal_id, session_id, kind, device, network, note_time)
SELECT :event_id, principal_id, :session_id, :kind, :device, :network, :note_time
FROM counted
WHERE principal_id IS NOT NULL AND failures <= :noted_max
