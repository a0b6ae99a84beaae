-- Chains that were folded further since their accounts were looked at for budgets, in the order of companies after one.
-- in: after_company_id id, limit int64
-- out: company_id id, budget_length int64, folded_length int64
SELECT company_id, budget_length, folded_length
FROM told_chain
WHERE budget_length < folded_length AND company_id > :after_company_id
ORDER BY company_id LIMIT :limit
