-- The onboarding trail after a record, oldest first (ID-38).
-- in: account_id id, after_id id, limit int64
-- out: record_id id, record_time time, kind text, detail text, actor_id id?
SELECT record_id, record_time, kind, detail, actor_id
FROM onboarding_record
WHERE account_id = :account_id AND record_id > :after_id
ORDER BY record_id
LIMIT :limit
