-- Finds a company's main account: the first that was opened.
SELECT account_id FROM account WHERE company_id = $1 ORDER BY opened_time, account_id LIMIT 1
