-- The sealed key of a submission's files, kept when there is none. The update changes nothing: it makes the row come back.
-- in: submission_id id, key_sealed bytes
-- out: key_sealed bytes
INSERT INTO evidence_key (submission_id, key_sealed) VALUES (:submission_id, :key_sealed)
ON CONFLICT (submission_id) DO UPDATE SET submission_id = excluded.submission_id
RETURNING key_sealed
