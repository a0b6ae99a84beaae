-- Makes changes to a company's structure wait for each other.
-- in: company_id id
-- out: main_account_id id?
SELECT main_account_id FROM company WHERE company_id = :company_id FOR UPDATE
