-- An account with its contacts, its verified company and whether a company is under review.
-- in: account_id id
-- out: principal_id id, country text, type text?, sign_up_channel text, create_time time, email_sealed bytes, email_verified bool,
-- out: phone_sealed bytes?, phone_verified bool, phone_index bytes?, company_id id?, in_review bool,
-- out: billing_address_sealed bytes?, environment text?, region text, confirmed_regions text,
-- out: entry_channel text, campaign text, upgrade_time time?, real_name_verified bool, real_name_expire_time time?, real_name_in_review bool,
-- out: merged_company_ids text
SELECT account.principal_id, account.country, account.type, account.sign_up_channel, account.create_time,
       email.sealed AS email_sealed, email.verify_time IS NOT NULL AS email_verified, phone.sealed AS phone_sealed,
       phone.verify_time IS NOT NULL AS phone_verified, phone.contact_index AS phone_index,
       verified.company_id, in_review.submission_id IS NOT NULL AS in_review, billing_address.sealed AS billing_address_sealed,
       account.environment, account.region, account.confirmed_regions,
       COALESCE(entry.channel, 'DIRECT') AS entry_channel, COALESCE(entry.campaign, '') AS campaign, account.upgrade_time,
       real_name.submission_id IS NOT NULL AS real_name_verified, real_name.expire_time AS real_name_expire_time,
       reviewed.submission_id IS NOT NULL AS real_name_in_review,
       COALESCE((SELECT string_agg(merged.company_id::text, ' ' ORDER BY merged.company_id) FROM company AS merged
                 WHERE merged.merged_into = verified.company_id), '') AS merged_company_ids
FROM account
LEFT JOIN account_entry AS entry ON entry.account_id = account.account_id
JOIN contact AS email ON email.account_id = account.account_id AND email.channel = 'EMAIL'
LEFT JOIN contact AS phone ON phone.account_id = account.account_id AND phone.channel = 'PHONE'
LEFT JOIN company_submission AS verified ON verified.account_id = account.account_id AND verified.state = 'VERIFIED'
LEFT JOIN company_submission AS in_review ON in_review.account_id = account.account_id AND in_review.state IN ('SUBMITTED', 'IN_REVIEW')
LEFT JOIN real_name ON real_name.account_id = account.account_id AND real_name.state = 'VERIFIED'
LEFT JOIN real_name AS reviewed ON reviewed.account_id = account.account_id AND reviewed.state IN ('SUBMITTED', 'IN_REVIEW')
LEFT JOIN billing_address ON billing_address.account_id = account.account_id
WHERE account.account_id = :account_id
