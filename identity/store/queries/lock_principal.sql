-- No log-in of the principal is under way until this transaction ends (ID-34).
-- in: principal_id id
-- out: principal_id id
SELECT principal_id FROM principal WHERE principal_id = :principal_id FOR NO KEY UPDATE
