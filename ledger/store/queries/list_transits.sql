-- Lists what has been under way between two chains since before a moment, by its ids.
-- in: after_id id, sent_before_time time, limit int64
-- out: as read_transits
SELECT transit_id, kind::bigint, state::bigint, sender_id, receiver_id, amount_micros, currency, sent_time, ended_time
FROM transit
WHERE state = 1 AND transit_id > :after_id AND sent_time <= :sent_before_time
ORDER BY transit_id
LIMIT :limit
