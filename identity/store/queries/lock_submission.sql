-- A submission, for a decision.
SELECT submission_id, account_id, country, scheme, number, name, state, reason, company_id, submit_time, decide_time
FROM company_submission
WHERE submission_id = $1
FOR UPDATE
