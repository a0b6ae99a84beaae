-- The principal who logs in with an e-mail address or a number.
-- in: email_index bytes
-- out: principal_id id, account_id id?, password_hash text
SELECT principal_id, account_id, password_hash FROM principal WHERE email_index = :email_index AND delete_time IS NULL
