-- Lets records wait again that were parked before a moment, the longest parked first.
-- in: before_time time, limit int64
UPDATE usage_record
SET state = 1, parked_reason = NULL, parked_time = NULL
FROM (SELECT ctid AS place FROM usage_record AS kept WHERE kept.state = 3 AND kept.parked_time < :before_time ORDER BY kept.parked_time LIMIT :limit
      FOR UPDATE SKIP LOCKED) AS parked
WHERE usage_record.ctid = parked.place
