-- Reads the heads of the companies' chains for a preview.
SELECT company_id, length, recorded_time, hash, revision
FROM chain
WHERE company_id = ANY ($1::uuid[])
ORDER BY company_id
