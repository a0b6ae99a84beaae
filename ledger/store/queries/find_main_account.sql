-- Finds a company's main account: the first that was opened.
-- in: company_id id
-- out: account_id id
SELECT account_id FROM account WHERE company_id = :company_id ORDER BY opened_time, account_id LIMIT 1
