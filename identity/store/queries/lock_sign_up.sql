-- Reads a sign-up and whether its e-mail address was verified by a live principal, for a step that changes it.
SELECT country, channel, email_sealed, email_index, phone_sealed, phone_index, password_hash, create_time, account_id,
       EXISTS (SELECT FROM principal
               WHERE principal.email_index = sign_up.email_index AND delete_time IS NULL
                 AND (operator OR (SELECT verify_time FROM contact WHERE contact.account_id = principal.account_id AND contact.channel = 'EMAIL'
                                  LIMIT 1) IS NOT NULL)) AS registered,
       terms_versions[1], terms_versions[2], terms_versions[3], terms_versions[4]
FROM sign_up
WHERE sign_up_id = $1
FOR UPDATE OF sign_up
