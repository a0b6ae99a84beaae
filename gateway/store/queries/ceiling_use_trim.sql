-- Removes sums of days long ago, the longest first.
-- in: before_time time, limit int64
DELETE FROM gateway.ceiling_use
WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateway.ceiling_use WHERE create_time < :before_time ORDER BY create_time LIMIT :limit))
