-- Removes the oldest events that every consumer has gone past and that are old enough, from the oldest on and without a hole. The one
-- that a consumer read last stays: it is what its cursor is known by.
-- in: consumers text[], before_time time, limit int64
DELETE FROM outbox
WHERE ctid = ANY (ARRAY(
    SELECT place
    FROM (
        SELECT ctid AS place, bool_and(recorded_time < :before_time) OVER (ORDER BY position) AS is_old
        FROM (
            SELECT ctid, recorded_time, position
            FROM outbox
            WHERE position > 0 AND position < (
                SELECT least(min(outbox_head.position), min(CASE WHEN name IS NULL THEN outbox_head.position
                                                                 ELSE coalesce(outbox_consumer.position, 0) END))
                FROM outbox_head
                LEFT JOIN unnest(:consumers) AS name ON true
                LEFT JOIN LATERAL (SELECT position FROM outbox_consumer WHERE consumer = name LIMIT 1) AS outbox_consumer ON true
                WHERE outbox_head.one)
            ORDER BY position
            LIMIT :limit
        ) AS oldest
    ) AS oldest
    WHERE is_old))
