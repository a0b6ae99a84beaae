-- One saga an event, once.
-- in: saga_ids id[], event_types text[], payloads bytes[], now time
INSERT INTO gateway.saga (saga_id, event_type, payload, due_time, create_time)
SELECT saga_id, event_type, payload, :now, :now
FROM unnest(:saga_ids, :event_types, :payloads) AS event (saga_id, event_type, payload)
ON CONFLICT (saga_id) DO NOTHING
