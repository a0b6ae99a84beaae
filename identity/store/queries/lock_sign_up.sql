-- Reads a sign-up, for a step that changes it.
-- in: sign_up_id id
-- out: country text, channel text, email_sealed bytes?, email_index bytes?, phone_sealed bytes?, phone_index bytes?,
-- out: password_hash text?, create_time time, account_id id?, terms_version_1 text, terms_version_2 text, terms_version_3 text,
-- out: terms_version_4 text, entry_channel text, campaign text
SELECT country, channel, email_sealed, email_index, phone_sealed, phone_index, password_hash, create_time, account_id,
       terms_versions[1] AS terms_version_1, terms_versions[2] AS terms_version_2, terms_versions[3] AS terms_version_3,
           terms_versions[4] AS terms_version_4, entry_channel, campaign
FROM sign_up
WHERE sign_up_id = :sign_up_id
FOR UPDATE
