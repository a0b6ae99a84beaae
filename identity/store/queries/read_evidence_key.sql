-- The sealed key of a submission's files.
-- in: submission_id id
-- out: key_sealed bytes
SELECT key_sealed FROM evidence_key WHERE submission_id = :submission_id
