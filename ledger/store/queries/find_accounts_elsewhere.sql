-- Reads what is known of accounts that are not of the company asked for (DIFFERENT_COMPANY, settled 6).
-- in: account_ids id[]
-- out: company_id id, account_id id, corporate bool, company_verified bool, verified_company_id id?, currency text, state int64
SELECT company_id, account_id, corporate, company_verified, verified_company_id, currency, state::bigint
FROM account
WHERE account_id = ANY (:account_ids)
ORDER BY account_id
