-- The chain in which an account is booked, company_id, and the company that it belongs to are two facts (docs/decisions/0017). company_verified
-- says that the verified company is the chain's; verified_company_id is one that is not. opened_in_id is the chain of its own in which an account
-- was opened that has moved since: its request ids are taken there for ever.
ALTER TABLE account ADD COLUMN verified_company_id uuid, ADD COLUMN opened_in_id uuid;
