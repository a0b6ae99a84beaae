-- How long these chains are, and up to where they were told.
-- in: company_ids id[]
-- out: company_id id, told_length int64, length int64
SELECT named.company_id, coalesce(told.length, 0) AS told_length, chain.length
FROM unnest(:company_ids) AS named (company_id)
CROSS JOIN LATERAL (SELECT length FROM chain WHERE chain.company_id = named.company_id LIMIT 1) AS chain
LEFT JOIN LATERAL (SELECT length FROM told_chain WHERE told_chain.company_id = named.company_id LIMIT 1) AS told ON true
