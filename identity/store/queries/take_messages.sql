-- Takes due messages for a while, so that two processes never deliver the same one at once and a crash only delays it.
UPDATE message SET tries = tries + 1, next_time = $2
WHERE message_id = ANY (ARRAY(SELECT message_id FROM message WHERE state = 'QUEUED' AND next_time <= $1 ORDER BY next_time LIMIT $3 FOR UPDATE SKIP LOCKED))
RETURNING message_id, delivery, destination, body, tries
