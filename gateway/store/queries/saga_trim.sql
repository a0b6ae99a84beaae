-- Removes sagas that ended long ago, the longest first.
DELETE FROM gateway.saga
WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateway.saga WHERE finish_time < $1::timestamptz ORDER BY finish_time LIMIT $2::bigint))
