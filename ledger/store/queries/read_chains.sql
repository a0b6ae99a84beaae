-- Reads the heads of the companies' chains for a preview.
-- in: company_ids id[]
-- out: company_id id, length int64, recorded_time time, hash bytes, revision id, number int64
SELECT company_id, length, recorded_time, hash, revision, number::bigint
FROM chain
WHERE company_id = ANY (:company_ids)
ORDER BY company_id
