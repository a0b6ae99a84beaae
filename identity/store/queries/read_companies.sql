-- Type and verified company of two accounts (ID-18); an unknown account gives no row.
SELECT account.account_id, account.type, verified.company_id
FROM account
LEFT JOIN company_submission AS verified ON verified.account_id = account.account_id AND verified.state = 'VERIFIED'
WHERE account.account_id IN ($1, $2)
