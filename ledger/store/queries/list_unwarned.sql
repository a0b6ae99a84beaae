-- Chains that were folded further since their accounts were looked at for warnings.
-- in: limit int64
-- out: company_id id, warned_length int64, folded_length int64
SELECT company_id, warned_length, folded_length FROM told_chain WHERE warned_length < folded_length ORDER BY company_id LIMIT :limit
