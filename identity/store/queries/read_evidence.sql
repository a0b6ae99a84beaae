-- A file.
-- in: evidence_file_id id
-- out: as list_evidence
SELECT evidence_file_id, submission_id, account_id, form, size, received, sha256, hash_sealed, begin_time, complete_time, delete_time
FROM evidence_file WHERE evidence_file_id = :evidence_file_id
