-- What happened in an account, and to its members alone since they joined, before an event, newest first. What happens to a member in
-- another account is of that one.
-- in: account_id id, kind text?, start_time time?, end_time time?, before_id id, limit int64
-- out: as security_event_list
WITH given AS MATERIALIZED (SELECT principal_id, grant_time FROM role_grant WHERE account_id = :account_id)
(
    SELECT event_id, principal_id, session_id, account_id, actor_id, kind, detail, device, network, times, note_time
    FROM security_event
    WHERE account_id = :account_id AND event_id < :before_id AND (:kind IS NULL OR kind = :kind)
        AND (:start_time IS NULL OR note_time >= :start_time) AND (:end_time IS NULL OR note_time < :end_time)
    ORDER BY event_id DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT found.event_id, found.principal_id, found.session_id, found.account_id, found.actor_id, found.kind, found.detail, found.device, found.network, found.times, found.note_time
    FROM (
        SELECT principal_id, min(grant_time) AS join_time FROM given GROUP BY principal_id
    ) AS member
    CROSS JOIN LATERAL (
        SELECT event_id, principal_id, session_id, account_id, actor_id, kind, detail, device, network, times, note_time
        FROM security_event AS event
        WHERE event.principal_id = member.principal_id AND event_id < :before_id AND account_id IS NULL AND note_time >= join_time
            AND (:kind IS NULL OR kind = :kind) AND (:start_time IS NULL OR note_time >= :start_time)
            AND (:end_time IS NULL OR note_time < :end_time)
        ORDER BY event_id DESC
        LIMIT :limit
    ) AS found
)
ORDER BY event_id DESC
LIMIT :limit
