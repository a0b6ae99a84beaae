-- A page of open sagas that were tried often, newest first.
-- in: below_id id, tries_min int64, limit int64
-- out: saga_id id, event_type text, payload bytes, tries int64, due_time time, create_time time
SELECT saga_id, event_type, payload, tries, due_time, create_time FROM gateway.saga
WHERE finish_time IS NULL AND saga_id < :below_id AND tries >= :tries_min ORDER BY saga_id DESC LIMIT :limit
