-- Where an account's money lives; NULL before it was opened.
-- in: account_id id
-- out: company_id id?
SELECT company_id FROM gateway.account WHERE account_id = :account_id
