-- A page of open sagas that were tried often, newest first.
SELECT saga_id, event_type, payload, tries, due_time, create_time FROM gateway.saga
WHERE finish_time IS NULL AND saga_id < $1::uuid AND tries >= $2::bigint ORDER BY saga_id DESC LIMIT $3::bigint
