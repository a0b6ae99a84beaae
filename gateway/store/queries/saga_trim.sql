-- Removes sagas that ended long ago, the longest first.
-- in: before_time time, limit int64
DELETE FROM gateway.saga
WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateway.saga WHERE finish_time < :before_time ORDER BY finish_time LIMIT :limit))
