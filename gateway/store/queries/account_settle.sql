-- Decides where the account's money lives, once; the answer is where it does.
-- in: account_id id, company_id id
-- out: company_id id?
UPDATE gateway.account SET company_id = coalesce(company_id, :company_id) WHERE account_id = :account_id RETURNING company_id
