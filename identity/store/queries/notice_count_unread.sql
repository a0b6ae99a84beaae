-- How many of its notices a principal has not read.
-- in: principal_id id
-- out: unread int64
SELECT count(*) AS unread FROM notice WHERE principal_id = :principal_id AND read_time IS NULL
