-- How many events each consumer has before it, and when the first of them was recorded (null: none).
SELECT outbox_head.position - coalesce(outbox_consumer.position, 0),
       (SELECT recorded_time FROM outbox WHERE position > coalesce(outbox_consumer.position, 0) ORDER BY position LIMIT 1)
FROM outbox_head
CROSS JOIN unnest($1::text[]) WITH ORDINALITY AS wanted (name, place)
LEFT JOIN LATERAL (SELECT position FROM outbox_consumer WHERE consumer = wanted.name LIMIT 1) AS outbox_consumer ON true
WHERE outbox_head.one
ORDER BY wanted.place
