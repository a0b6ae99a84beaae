-- Type and verified company of accounts (ID-18), in the places in which they were asked for; NULLs for one that is not known.
SELECT account.account_id, account.type, verified.company_id
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (account_id, place)
LEFT JOIN account ON account.account_id = asked.account_id
LEFT JOIN company_submission AS verified ON verified.account_id = account.account_id AND verified.state = 'VERIFIED'
ORDER BY asked.place
