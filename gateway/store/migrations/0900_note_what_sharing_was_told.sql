-- The verified company that sharing was told of; NULL: the one under which it has the account, or none.
ALTER TABLE gateway.account ADD COLUMN sharing_company_id uuid;
