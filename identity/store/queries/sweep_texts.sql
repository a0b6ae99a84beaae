-- Forgets messages that count for no limit any more.
WITH texts AS (
    DELETE FROM text_sent WHERE send_time < $1
)
DELETE FROM text_sender WHERE last_time < $1
