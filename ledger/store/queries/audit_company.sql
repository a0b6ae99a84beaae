-- One company, for the audit; no row when there is neither an account nor the head of a chain. Without its head a chain has the length -1.
-- in: company_id id
-- out: company_id id, length int64, hash bytes, recorded_time time?
SELECT company_id, coalesce(chain.length, -1) AS length, coalesce(chain.hash, decode(repeat('00', 32), 'hex')) AS hash,
    chain.recorded_time
FROM (SELECT :company_id AS company_id) AS wanted
LEFT JOIN LATERAL (SELECT length, hash, recorded_time FROM chain WHERE chain.company_id = wanted.company_id
    LIMIT 1) AS chain ON true
WHERE chain.length IS NOT NULL OR EXISTS (SELECT FROM account WHERE account.company_id = :company_id LIMIT 1)
