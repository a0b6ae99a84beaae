-- Forgets messages that were settled long ago. One that came again would only say once more where to look.
-- in: before_time time, limit int64
DELETE FROM webhook
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook WHERE next_time IS NULL AND received_time < :before_time
                          ORDER BY received_time LIMIT :limit))
