-- The next piece of a file.
-- in: evidence_file_id id, place int64, content_sealed bytes, received int64, form text, hash_sealed bytes?, complete_time time?
WITH piece AS (
    INSERT INTO evidence_piece (evidence_file_id, place, content_sealed) VALUES (:evidence_file_id, :place, :content_sealed)
)
UPDATE evidence_file SET received = :received, form = :form, hash_sealed = :hash_sealed, complete_time = :complete_time
WHERE evidence_file_id = :evidence_file_id
