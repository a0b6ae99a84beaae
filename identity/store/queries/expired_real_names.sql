-- Verified real names whose document has expired, the longest ago first.
-- in: now time, limit int64
-- out: submission_id id
SELECT submission_id FROM real_name WHERE state = 'VERIFIED' AND expire_time <= :now
ORDER BY expire_time LIMIT :limit
