-- One company, for the audit; no row when there is neither an account nor the head of a chain. Without its head a chain has the length -1.
SELECT company_id, coalesce(chain.length, -1), coalesce(chain.hash, decode(repeat('00', 32), 'hex')), chain.recorded_time
FROM (SELECT $1::uuid AS company_id) AS wanted
LEFT JOIN LATERAL (SELECT length, hash, recorded_time FROM chain WHERE chain.company_id = wanted.company_id LIMIT 1) AS chain ON true
WHERE chain.length IS NOT NULL OR EXISTS (SELECT FROM account WHERE account.company_id = $1 LIMIT 1)
