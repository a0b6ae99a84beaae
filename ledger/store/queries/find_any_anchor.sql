-- Whether anything was ever anchored.
-- out: number int64
SELECT number
FROM anchor
WHERE company_id >= '00000000-0000-0000-0000-000000000000'
ORDER BY company_id, number
LIMIT 1
