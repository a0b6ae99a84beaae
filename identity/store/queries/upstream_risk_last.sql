-- The last risk of a relation that is over.
-- in: relation_id id
-- out: begin_time time, grace_end_time time, end_time time?
SELECT begin_time, grace_end_time, end_time FROM relation_risk WHERE relation_id = :relation_id AND end_time IS NOT NULL
ORDER BY risk_id DESC LIMIT 1
