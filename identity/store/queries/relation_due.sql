-- Relations whose end has come, the longest ago first.
-- in: now time, limit int64
-- out: relation_id id
SELECT relation_id FROM relation WHERE effective_time IS NOT NULL AND end_time IS NULL AND effective_time <= :now
ORDER BY effective_time LIMIT :limit
