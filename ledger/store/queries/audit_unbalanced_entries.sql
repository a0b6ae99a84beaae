-- The first entries whose postings do not sum to zero, and how many postings there are.
-- in: as audit_credit
-- out: sequence int64, sum_micros int64
SELECT sequence, sum(amount_micros)::bigint AS sum_micros
FROM posting
WHERE company_id = :company_id
GROUP BY sequence
HAVING sum(amount_micros) <> 0
ORDER BY sequence
LIMIT 10
