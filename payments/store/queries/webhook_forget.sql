-- Forgets messages that were settled long ago. One that came again would only say once more where to look.
DELETE FROM webhook
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook WHERE next_time IS NULL AND received_time < $1::timestamptz
                          ORDER BY received_time LIMIT $2::bigint))
