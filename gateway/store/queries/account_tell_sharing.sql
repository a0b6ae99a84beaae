-- Notes of which verified company sharing was told.
-- in: account_id id, company_id id?
UPDATE gateway.account SET sharing_company_id = :company_id WHERE account_id = :account_id
