-- Notes the chain that the account's money is in now.
-- in: account_id id, chain_id id
UPDATE gateway.account SET chain_id = :chain_id WHERE account_id = :account_id
