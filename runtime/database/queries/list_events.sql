-- Lists the events after a place, with what their reader must know to go on, in one row at least. A place is known while the event that
-- was numbered so is still there; behind another one (an older copy of the database was put back, or what was read is long removed) the
-- list begins again with the oldest event kept. A page ends early when its payloads grow large, never before its first event.
-- in: position int64, event_id id, consumer text, limit int64, bytes_max int64
-- out: known bool, waiting bool, consumer_position int64?, head_position int64, company_id id?, event_id id?, type text?,
-- out: payload bytes?, recorded_time time?, position int64?
SELECT state.known, state.waiting, state.consumer_position, state.head_position,
       page.company_id, page.event_id, page.type, page.payload, page.recorded_time, page.position
FROM (
    SELECT :position = 0 OR EXISTS (SELECT FROM outbox WHERE position = :position AND event_id = :event_id) AS known,
           (SELECT told FROM outbox WHERE position IS NULL AND told > 0 ORDER BY told LIMIT 1) IS NOT NULL AS waiting,
           (SELECT position FROM outbox_consumer WHERE consumer = :consumer) AS consumer_position, position AS head_position
    FROM outbox_head
    WHERE one
) AS state
LEFT JOIN LATERAL (
    SELECT *, sum(octet_length(payload)) OVER (ORDER BY position) - octet_length(payload) AS bytes_before
    FROM (
        SELECT company_id, event_id, type, payload, recorded_time, position
        FROM outbox
        WHERE position > CASE WHEN state.known THEN :position ELSE 0 END
        ORDER BY position
        LIMIT :limit
    ) AS page
) AS page ON page.bytes_before < :bytes_max
ORDER BY page.position
