-- The onboarding trail after a record, oldest first (ID-38).
SELECT record_id, record_time, kind, detail
FROM onboarding_record
WHERE account_id = $1 AND record_id > $2
ORDER BY record_id
LIMIT $3
