-- Where an account's money is and the company whose benefits it shares are two facts (docs/decisions/0017). company_id is the chain in which
-- the ledger opened the account: that of a company, or the account's own. chain_id is where it moved from its own since; benefit_company_id
-- the company under which sharing opened it, where it is not company_id; told_company_id the verified company that the ledger was told of.
ALTER TABLE gateway.account ADD COLUMN chain_id uuid, ADD COLUMN benefit_company_id uuid, ADD COLUMN told_company_id uuid;
