-- A file is about to arrive.
-- in: evidence_file_id id, submission_id id, account_id id, principal_id id, size int64, sha256 bytes, hash_sealed bytes, begin_time time
INSERT INTO evidence_file (evidence_file_id, submission_id, account_id, principal_id, size, sha256, hash_sealed, begin_time)
VALUES (:evidence_file_id, :submission_id, :account_id, :principal_id, :size, :sha256, :hash_sealed, :begin_time)
