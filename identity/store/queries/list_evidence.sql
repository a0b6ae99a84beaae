-- Files of a submission before one, newest first; of an account alone when it is named.
-- in: submission_id id, account_id id?, before_id id, limit int64
-- out: evidence_file_id id, submission_id id, account_id id, form text, size int64, received int64, sha256 bytes, hash_sealed bytes?,
-- out: begin_time time, complete_time time?, delete_time time?
SELECT evidence_file_id, submission_id, account_id, form, size, received, sha256, hash_sealed, begin_time, complete_time, delete_time
FROM evidence_file
WHERE submission_id = :submission_id AND (:account_id IS NULL OR account_id = :account_id) AND evidence_file_id < :before_id
ORDER BY evidence_file_id DESC LIMIT :limit
