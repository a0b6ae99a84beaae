-- A submission, for a decision.
-- in: submission_id id
-- out: as list_submissions
SELECT submission_id, account_id, country, scheme, number, name, state, reason, company_id, submit_time, decide_time
FROM company_submission
WHERE submission_id = :submission_id
FOR UPDATE
