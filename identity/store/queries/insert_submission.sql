-- A company's number, submitted for review.
INSERT INTO company_submission (submission_id, account_id, principal_id, country, scheme, number, name, submit_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
