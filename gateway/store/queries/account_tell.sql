-- Notes what the ledger was told: the chain that the account's money is in now, and its verified company.
-- in: account_id id, chain_id id, told_company_id id?
UPDATE gateway.account SET chain_id = :chain_id, told_company_id = :told_company_id WHERE account_id = :account_id
