-- Reads a sign-up, for a step that changes it.
SELECT country, channel, email_sealed, email_index, phone_sealed, phone_index, password_hash, create_time, account_id,
       terms_versions[1], terms_versions[2], terms_versions[3], terms_versions[4]
FROM sign_up
WHERE sign_up_id = $1
FOR UPDATE
