-- Finds the chain into which an account has moved from its own.
-- in: account_id id
-- out: company_id id
SELECT company_id FROM account WHERE account_id = :account_id AND opened_in_id = :account_id LIMIT 1
