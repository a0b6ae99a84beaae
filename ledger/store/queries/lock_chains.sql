-- Locks the heads of the companies' chains, after their accounts: held until the commit, so a chain is in the order of commits.
SELECT company_id, length, recorded_time, hash
FROM chain
WHERE company_id = ANY ($1::uuid[])
ORDER BY company_id
FOR UPDATE
