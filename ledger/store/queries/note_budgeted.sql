-- Notes how far the accounts of a chain were looked at for budgets.
-- in: company_id id, budget_length int64, length int64
UPDATE told_chain SET budget_length = :length WHERE company_id = :company_id AND budget_length = :budget_length
