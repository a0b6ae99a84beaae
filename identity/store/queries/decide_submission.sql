-- Keeps an operator's decision on a submission under review.
UPDATE company_submission SET state = $2, reason = $3, company_id = $4, decide_time = $5, decided_by = $6
WHERE submission_id = $1
