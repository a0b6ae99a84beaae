-- One company, for the audit; no row when there is neither an account nor the head of a chain. Without its head a chain has the length -1,
-- and its number is that of its entries, when they are found.
-- in: company_id id
-- out: company_id id, chain int64?, length int64, hash bytes, recorded_time time?, accounts int64
SELECT wanted.company_id, number.chain::bigint AS chain, coalesce(head.length, -1) AS length,
       coalesce(head.hash, decode(repeat('00', 32), 'hex')) AS hash, head.recorded_time,
       (SELECT count(*) FROM account WHERE account.company_id = :company_id) AS accounts
FROM (SELECT :company_id AS company_id) AS wanted
LEFT JOIN LATERAL (
    SELECT number, length, hash, recorded_time FROM chain WHERE chain.company_id = wanted.company_id LIMIT 1
) AS head ON true
CROSS JOIN LATERAL (
    SELECT coalesce(head.number, (
        SELECT entry.chain
        FROM (SELECT number FROM account WHERE account.company_id = wanted.company_id) AS account
        CROSS JOIN LATERAL (SELECT chain FROM entry WHERE entry.account = account.number LIMIT 1) AS entry
        LIMIT 1
    )) AS chain
) AS number
WHERE head.length IS NOT NULL OR EXISTS (SELECT FROM account WHERE account.company_id = :company_id LIMIT 1)
