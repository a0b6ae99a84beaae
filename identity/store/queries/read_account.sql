-- An account with its contacts, its verified company and whether a company is under review.
SELECT account.principal_id, account.country, account.type, account.sign_up_channel, account.create_time,
       email.sealed, email.verify_time IS NOT NULL, phone.sealed, phone.verify_time IS NOT NULL, phone.contact_index,
       verified.company_id, in_review.submission_id IS NOT NULL, billing_address.sealed
FROM account
JOIN contact AS email ON email.account_id = account.account_id AND email.channel = 'EMAIL'
LEFT JOIN contact AS phone ON phone.account_id = account.account_id AND phone.channel = 'PHONE'
LEFT JOIN company_submission AS verified ON verified.account_id = account.account_id AND verified.state = 'VERIFIED'
LEFT JOIN company_submission AS in_review ON in_review.account_id = account.account_id AND in_review.state = 'SUBMITTED'
LEFT JOIN billing_address ON billing_address.account_id = account.account_id
WHERE account.account_id = $1
