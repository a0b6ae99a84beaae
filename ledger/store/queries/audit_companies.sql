-- Lists companies after one, for the audit: by their accounts or by the head of their chain, should either be gone: without its
-- head a chain has the length -1.
SELECT company_id, coalesce(chain.length, -1), coalesce(chain.hash, decode(repeat('00', 32), 'hex')), chain.recorded_time
FROM (
    (SELECT DISTINCT company_id FROM account WHERE company_id > $1 AND ($2::uuid IS NULL OR company_id = $2) ORDER BY company_id LIMIT $3)
    UNION
    (SELECT company_id FROM chain WHERE company_id > $1 AND ($2::uuid IS NULL OR company_id = $2) ORDER BY company_id LIMIT $3)
) AS company
LEFT JOIN chain USING (company_id)
ORDER BY company_id
LIMIT $3
