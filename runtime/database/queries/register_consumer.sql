-- Notes how far a consumer has read and kept.
-- in: consumer text, position int64, read_time time
INSERT INTO outbox_consumer (consumer, position, read_time)
VALUES (:consumer, :position, :read_time)
ON CONFLICT (consumer) DO UPDATE SET position = excluded.position, read_time = excluded.read_time
