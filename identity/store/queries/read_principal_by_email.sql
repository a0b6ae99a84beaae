-- The principal who logs in with an e-mail address or a number, with its account, else the first it is a member of (ID-20).
-- in: email_index bytes
-- out: principal_id id, account_id id?, password_hash text, session_epoch int64
SELECT principal_id, coalesce(account_id, (
           SELECT given.account_id FROM role_grant AS given WHERE given.principal_id = principal.principal_id ORDER BY grant_time LIMIT 1
       )) AS account_id, password_hash, session_epoch
FROM principal WHERE email_index = :email_index AND delete_time IS NULL
