-- Where an account's money lives; NULL before it was opened.
SELECT company_id FROM gateway.account WHERE account_id = $1::uuid
