-- Removes sums of days long ago, the longest first.
-- in: before_time time, limit int64
DELETE FROM gateway.ceiling_use
WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateway.ceiling_use WHERE day < to_char(:before_time AT TIME ZONE 'UTC', 'YYYY-MM-DD')
                        ORDER BY day LIMIT :limit))
