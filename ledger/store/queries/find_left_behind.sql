-- Finds the row of an account that moved out of a chain of its own with entries, in that chain.
-- in: account_id id
-- out: account_id id
SELECT account_id FROM account WHERE company_id = :account_id AND account_id = :account_id AND moved_time IS NOT NULL
