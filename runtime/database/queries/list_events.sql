-- Lists events after a cursor whose transactions, and all before them, have ended. A page ends early when its payloads grow large,
-- never before its first event.
SELECT company_id, event_id, type, payload, recorded_time, transaction_id::text
FROM (
    SELECT *, sum(octet_length(payload)) OVER (ORDER BY transaction_id, event_id) - octet_length(payload) AS bytes_before
    FROM (
        SELECT *
        FROM outbox
        WHERE (transaction_id, event_id) > ($1::text::xid8, $2)
          AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY transaction_id, event_id
        LIMIT $3
    ) AS page
) AS page
WHERE bytes_before < $4
ORDER BY page.transaction_id, event_id
