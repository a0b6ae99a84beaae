-- Removes acts that were counted long ago, the longest first.
-- in: before_time time, limit int64
DELETE FROM gateway.ceiling_act
WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateway.ceiling_act WHERE create_time < :before_time ORDER BY create_time LIMIT :limit))
