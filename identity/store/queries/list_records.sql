-- The onboarding trail after a record, oldest first (ID-38).
-- in: account_id id, after_id id, limit int64
-- out: record_id id, record_time time, kind text, detail text
SELECT record_id, record_time, kind, detail
FROM onboarding_record
WHERE account_id = :account_id AND record_id > :after_id
ORDER BY record_id
LIMIT :limit
