-- Files to delete, the longest ago first.
-- in: now time, limit int64
-- out: evidence_file_id id, account_id id, due_time time?
SELECT evidence_file_id, account_id, due_time FROM evidence_file WHERE delete_time IS NULL AND due_time <= :now
ORDER BY due_time LIMIT :limit
