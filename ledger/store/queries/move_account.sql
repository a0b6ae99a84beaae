-- Moves an account from a chain of its own into its company's; no row comes back when that chain has entries. Both chains are locked.
-- in: account_id id, company_id id
-- out: account_id id
UPDATE account
SET company_id = :company_id, opened_in_id = :account_id, company_verified = true, verified_company_id = NULL
WHERE company_id = :account_id AND account_id = :account_id
    AND (SELECT length FROM chain WHERE chain.company_id = :account_id LIMIT 1) = 0
RETURNING account_id
