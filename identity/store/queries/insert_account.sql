-- A new account of a principal, with its e-mail address, the phone number when there is one, the four agreements (ID-02), how it
-- came to be (ID-28) and its first administrator.
-- in: account_id id, principal_id id, country text, sign_up_channel text, create_time time, email_sealed bytes?,
-- in: email_index bytes?, phone_sealed bytes?, phone_index bytes?, documents text[], terms_versions text[], accept_time time,
-- in: entry_channel text, campaign text
WITH opened AS (
    INSERT INTO account (account_id, principal_id, country, sign_up_channel, create_time)
    VALUES (:account_id, :principal_id, :country, :sign_up_channel, :create_time)
), entered AS (
    INSERT INTO account_entry (account_id, channel, campaign) VALUES (:account_id, :entry_channel, :campaign)
), email AS (
    INSERT INTO contact (account_id, channel, sealed, contact_index, verify_time)
    VALUES (:account_id, 'EMAIL', :email_sealed, :email_index, CASE WHEN :sign_up_channel = 'EMAIL' THEN :create_time END)
), phone AS (
    INSERT INTO contact (account_id, channel, sealed, contact_index, verify_time)
    SELECT :account_id, 'PHONE', :phone_sealed, :phone_index, CASE WHEN :sign_up_channel = 'PHONE' THEN :create_time END
    WHERE :phone_sealed IS NOT NULL
), agreed AS (
    INSERT INTO accepted_terms (account_id, document, version, accept_time)
    SELECT :account_id, document, version, :accept_time FROM unnest(:documents, :terms_versions) AS terms (document, version)
)
INSERT INTO role_grant (account_id, principal_id, role, grant_time) VALUES (:account_id, :principal_id, 'ACCOUNT_ADMINISTRATOR',
    :create_time)
