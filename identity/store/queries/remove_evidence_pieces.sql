-- All that arrived of a file.
-- in: evidence_file_id id
DELETE FROM evidence_piece WHERE evidence_file_id = :evidence_file_id
