-- Forgets notices of long ago. A bounded number at once.
-- in: before_time time
DELETE FROM notice
WHERE ctid = ANY (ARRAY(SELECT ctid FROM notice WHERE create_time < :before_time ORDER BY create_time LIMIT 10000))
