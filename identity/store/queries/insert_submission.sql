-- A company's number, submitted for review.
-- in: submission_id id, account_id id, principal_id id, country text, scheme text, number text, name text, submit_time time
INSERT INTO company_submission (submission_id, account_id, principal_id, country, scheme, number, name, submit_time)
VALUES (:submission_id, :account_id, :principal_id, :country, :scheme, :number, :name, :submit_time)
