-- A file is read under a look; a row when it is for the first time.
-- in: evidence_file_id id, look_id id
-- out: evidence_file_id id
INSERT INTO evidence_reading (evidence_file_id, look_id) VALUES (:evidence_file_id, :look_id) ON CONFLICT DO NOTHING RETURNING evidence_file_id
