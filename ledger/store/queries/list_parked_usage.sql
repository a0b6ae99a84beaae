-- Records that are parked, of all accounts, the oldest first.
-- in: after_id id, limit int64
-- out: as read_usage_record
SELECT
-- part: usage_line_columns
FROM (SELECT * FROM usage_record WHERE state = 3 AND line_id > :after_id ORDER BY line_id LIMIT :limit) AS kept
-- part: usage_line
ORDER BY kept.line_id
