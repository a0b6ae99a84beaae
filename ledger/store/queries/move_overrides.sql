-- Takes an account's overrides with it into its company's chain.
-- in: account_id id, company_id id
UPDATE account_override SET company_id = :company_id WHERE company_id = :account_id AND account_id = :account_id
