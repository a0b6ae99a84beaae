-- The owner of an account, and where it is written to: at the account's address, once that is proved; nothing when there is no such account.
-- in: account_id id
-- out: principal_id id, email_sealed bytes?
SELECT account.principal_id, email.sealed AS email_sealed
FROM account
LEFT JOIN contact AS email ON email.account_id = account.account_id AND email.channel = 'EMAIL' AND email.verify_time IS NOT NULL
WHERE account.account_id = :account_id
