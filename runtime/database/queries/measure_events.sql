-- How many events each consumer has before it, and when the first of them was recorded (null: none).
-- in: consumers text[]
-- out: unread int64, oldest_unread_time time?
SELECT outbox_head.position - coalesce(outbox_consumer.position, 0) AS unread,
       (SELECT recorded_time FROM outbox WHERE position > coalesce(outbox_consumer.position, 0) ORDER BY position
           LIMIT 1) AS oldest_unread_time
FROM outbox_head
CROSS JOIN unnest(:consumers) WITH ORDINALITY AS wanted (name, place)
LEFT JOIN LATERAL (SELECT position FROM outbox_consumer WHERE consumer = wanted.name LIMIT 1) AS outbox_consumer ON true
WHERE outbox_head.one
ORDER BY wanted.place
