-- A submission's file that is kept, by its hash: one that is sent again goes on.
-- in: submission_id id, sha256 bytes, size int64
-- out: as list_evidence
SELECT evidence_file_id, submission_id, account_id, form, size, received, sha256, hash_sealed, begin_time, complete_time, delete_time
FROM evidence_file
WHERE submission_id = :submission_id AND sha256 = :sha256 AND size = :size AND delete_time IS NULL
ORDER BY evidence_file_id LIMIT 1
