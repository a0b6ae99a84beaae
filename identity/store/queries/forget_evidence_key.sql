-- The key of a submission's files goes with the last of them.
-- in: submission_id id
DELETE FROM evidence_key
WHERE submission_id = :submission_id AND NOT EXISTS (
    SELECT FROM evidence_file AS other WHERE other.submission_id = :submission_id AND (other.delete_time IS NULL) IS TRUE
)
