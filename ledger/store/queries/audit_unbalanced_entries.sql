-- The first entries whose postings do not sum to zero, and how many postings there are.
SELECT sequence, sum(amount_micros)::bigint
FROM posting
WHERE company_id = $1
GROUP BY sequence
HAVING sum(amount_micros) <> 0
ORDER BY sequence
LIMIT 10
