-- Notes how far a consumer has read and kept.
INSERT INTO outbox_consumer (consumer, position, read_time)
VALUES ($1, $2, $3)
ON CONFLICT (consumer) DO UPDATE SET position = excluded.position, read_time = excluded.read_time
