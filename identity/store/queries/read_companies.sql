-- Type and verified company of accounts (ID-18), in the places in which they were asked for; NULLs for one that is not known.
-- in: account_ids id[]
-- out: account_id id?, type text?, company_id id?
SELECT account.account_id, account.type, verified.company_id
FROM unnest(:account_ids) WITH ORDINALITY AS asked (account_id, place)
LEFT JOIN LATERAL (SELECT account_id, type FROM account WHERE account.account_id = asked.account_id LIMIT 1) AS account ON true
LEFT JOIN LATERAL (
    SELECT company_id FROM company_submission AS submission WHERE submission.account_id = account.account_id
        AND state = 'VERIFIED' LIMIT 1
) AS verified ON true
ORDER BY asked.place
