-- Forgets messages that count for no limit any more, the oldest first; a bounded number at once.
-- in: before_time time
WITH texts AS (
    DELETE FROM text_sent WHERE ctid = ANY (ARRAY(SELECT ctid FROM text_sent WHERE send_time < :before_time ORDER BY send_time
        LIMIT 10000))
)
DELETE FROM text_sender WHERE ctid = ANY (ARRAY(SELECT ctid FROM text_sender WHERE last_time < :before_time ORDER BY last_time
    LIMIT 10000))
