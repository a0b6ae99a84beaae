-- Keeps a sign-up; nothing in the row tells whether the e-mail address has an account.
INSERT INTO sign_up (sign_up_id, country, channel, email_sealed, email_index, phone_sealed, phone_index, password_hash, terms_versions, create_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
