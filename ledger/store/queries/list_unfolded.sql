-- Chains that grew since what their accounts spent was folded.
-- in: limit int64
-- out: company_id id, folded_length int64, length int64
SELECT company_id, folded_length, length FROM told_chain WHERE folded_length < length ORDER BY company_id LIMIT :limit
