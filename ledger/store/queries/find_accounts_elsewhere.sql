-- Reads what is known of accounts that are not booked in the chain asked for (DIFFERENT_COMPANY, settled 6 and 11), as they stand.
-- in: account_ids id[]
-- out: company_id id, account_id id, corporate bool, company_verified bool, verified_company_id id?, opened_in_id id?, currency text,
-- out: state int64, spending int64, version int64, number int64
SELECT company_id, account_id, corporate, company_verified, verified_company_id, opened_in_id, currency, state::bigint, spending::bigint, version,
       number::bigint
FROM account
WHERE account_id = ANY (:account_ids) AND moved_time IS NULL
ORDER BY account_id
