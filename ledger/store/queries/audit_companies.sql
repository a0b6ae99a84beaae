-- The next company after one, for the audit: by its accounts or by the head of its chain, should either be gone: without its head a chain
-- has the length -1.
-- in: after_id id
-- out: as audit_company
SELECT company_id, coalesce(chain.length, -1) AS length, coalesce(chain.hash, decode(repeat('00', 32), 'hex')) AS hash,
    chain.recorded_time
FROM (
    SELECT least((SELECT company_id FROM account WHERE company_id > :after_id ORDER BY company_id LIMIT 1),
                 (SELECT company_id FROM chain WHERE company_id > :after_id ORDER BY company_id LIMIT 1)) AS company_id
) AS next
LEFT JOIN LATERAL (SELECT length, hash, recorded_time FROM chain WHERE chain.company_id = next.company_id LIMIT 1) AS chain ON true
WHERE company_id IS NOT NULL
