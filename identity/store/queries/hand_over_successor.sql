-- Who logs in by an address, and whether it has an account of its own.
-- in: email_index bytes
-- out: principal_id id, has_account bool
SELECT principal_id, (account_id IS NOT NULL OR operator) AS has_account FROM principal WHERE email_index = :email_index AND delete_time IS NULL
