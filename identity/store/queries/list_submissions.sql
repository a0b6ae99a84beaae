-- Submissions before one, newest first; of one account or of all, in one state or in any.
SELECT submission_id, account_id, country, scheme, number, name, state, reason, company_id, submit_time, decide_time
FROM company_submission
WHERE ($1::uuid IS NULL OR account_id = $1) AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR submission_id < $3)
ORDER BY submission_id DESC
LIMIT $4
