-- The same of the chains behind one, in the order of their companies.
-- in: after_company_id id, limit int64
-- out: as read_untold
SELECT chain.company_id, coalesce(told.length, 0) AS told_length, chain.length
FROM (SELECT company_id, length FROM chain WHERE company_id > :after_company_id ORDER BY company_id LIMIT :limit) AS chain
LEFT JOIN LATERAL (SELECT length FROM told_chain WHERE told_chain.company_id = chain.company_id LIMIT 1) AS told ON true
ORDER BY chain.company_id
