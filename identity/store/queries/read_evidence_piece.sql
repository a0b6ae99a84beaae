-- A piece of a file.
-- in: evidence_file_id id, place int64
-- out: content_sealed bytes
SELECT content_sealed FROM evidence_piece WHERE evidence_file_id = :evidence_file_id AND place = :place
