-- Lists companies after one, for the audit.
SELECT company_id, length, hash
FROM chain
WHERE company_id > $1 AND ($2::uuid IS NULL OR company_id = $2)
ORDER BY company_id
LIMIT $3
