-- Reads what is known of accounts that are not of the company asked for (DIFFERENT_COMPANY, settled 6).
SELECT company_id, account_id, corporate, company_verified, currency, state::bigint
FROM account
WHERE account_id = ANY ($1::uuid[])
ORDER BY account_id
