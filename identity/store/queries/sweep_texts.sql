-- Forgets messages that count for no limit any more, the oldest first; a bounded number at once.
WITH texts AS (
    DELETE FROM text_sent WHERE ctid = ANY (ARRAY(SELECT ctid FROM text_sent WHERE send_time < $1 ORDER BY send_time LIMIT 10000))
)
DELETE FROM text_sender WHERE ctid = ANY (ARRAY(SELECT ctid FROM text_sender WHERE last_time < $1 ORDER BY last_time LIMIT 10000))
