-- Chains that grew since what their accounts spent was folded, in the order of companies after one.
-- in: after_company_id id, limit int64
-- out: company_id id, folded_length int64, length int64
SELECT company_id, folded_length, length
FROM told_chain
WHERE folded_length < length AND company_id > :after_company_id
ORDER BY company_id LIMIT :limit
