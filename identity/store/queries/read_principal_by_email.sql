-- Who logs in with an e-mail address or a number.
SELECT principal_id, account_id, password_hash FROM principal WHERE email_index = $1 AND delete_time IS NULL
