-- One saga an event, once.
INSERT INTO gateway.saga (saga_id, event_type, payload, due_time, create_time)
SELECT saga_id, event_type, payload, $4::timestamptz, $4::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS event (saga_id, event_type, payload)
ON CONFLICT (saga_id) DO NOTHING
