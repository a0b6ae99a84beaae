-- Forgets a budget.
-- in: account_id id, budget_id id
DELETE FROM budget WHERE account_id = :account_id AND budget_id = :budget_id
