-- A file is taken back before the decision.
-- in: evidence_file_id id
DELETE FROM evidence_file WHERE evidence_file_id = :evidence_file_id
