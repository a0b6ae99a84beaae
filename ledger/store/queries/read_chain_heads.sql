-- How long chains are, and whether the account that one is named like has moved out of it. place: which of those asked for, from 1.
-- in: company_ids id[]
-- out: place int64, length int64, has_moved bool
SELECT wanted.place, chain.length, moved.account_id IS NOT NULL AS has_moved
FROM unnest(:company_ids) WITH ORDINALITY AS wanted (company_id, place)
CROSS JOIN LATERAL (SELECT length FROM chain WHERE chain.company_id = wanted.company_id LIMIT 1) AS chain
LEFT JOIN LATERAL (
    SELECT account_id FROM account WHERE account.account_id = wanted.company_id AND opened_in_id = wanted.company_id LIMIT 1
) AS moved ON true
