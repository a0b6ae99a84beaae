-- Keeps a decision on a submission under review; decided_by NULL: the verifier's.
-- in: submission_id id, state text, reason text, company_id id?, decide_time time?, decided_by id?
UPDATE company_submission SET state = :state, reason = :reason, company_id = :company_id, decide_time = :decide_time,
    decided_by = :decided_by
WHERE submission_id = :submission_id
