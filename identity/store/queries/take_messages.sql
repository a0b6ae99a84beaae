-- Takes due messages for a while, so that two processes never deliver the same one at once and a crash only delays it.
-- in: now time, lease_time time, limit int64, of_mail bool
-- out: message_id id, delivery text, destination bytes?, body bytes?, tries int64
UPDATE message SET tries = tries + 1, next_time = :lease_time
WHERE message_id = ANY (ARRAY(SELECT message_id FROM message WHERE state = 'QUEUED' AND next_time <= :now
    AND (delivery = 'EMAIL') = :of_mail ORDER BY next_time LIMIT :limit FOR UPDATE SKIP LOCKED))
RETURNING message_id, delivery, destination, body, tries
