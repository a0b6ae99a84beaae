-- A file is deleted; that it was there stays.
-- in: evidence_file_id id, delete_time time
UPDATE evidence_file SET delete_time = :delete_time, hash_sealed = NULL WHERE evidence_file_id = :evidence_file_id
