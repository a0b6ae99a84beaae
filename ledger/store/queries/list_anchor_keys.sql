-- The public keys that a company's anchors were signed with, the first first.
-- in: company_id id
-- out: public_key bytes, period_time time
SELECT public_key, min(period_time) AS period_time
FROM anchor
WHERE company_id = :company_id
GROUP BY public_key
ORDER BY min(number)
LIMIT 100
