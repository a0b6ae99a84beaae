-- Keeps a sign-up; nothing in the row tells whether the e-mail address has an account.
-- in: sign_up_id id, country text, channel text, email_sealed bytes?, email_index bytes?, phone_sealed bytes?, phone_index bytes?,
-- in: password_hash text, terms_versions text[], create_time time, entry_channel text,
-- in: campaign text
INSERT INTO sign_up (sign_up_id, country, channel, email_sealed, email_index, phone_sealed, phone_index, password_hash,
    terms_versions, create_time, entry_channel, campaign)
VALUES (:sign_up_id, :country, :channel, :email_sealed, :email_index, :phone_sealed, :phone_index, :password_hash,
    :terms_versions, :create_time, :entry_channel, :campaign)
