-- A principal's password, by what it logs in, and its e-mail address or that of its account.
-- in: principal_id id
-- out: password_hash text, email_index bytes, email_sealed bytes?
SELECT password_hash, email_index, coalesce(email_sealed, (SELECT sealed FROM contact WHERE contact.account_id = principal.account_id
    AND channel = 'EMAIL' LIMIT 1)) AS email_sealed
FROM principal
WHERE principal_id = :principal_id AND (delete_time IS NULL) IS TRUE
