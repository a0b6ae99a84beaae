-- Reads which of the accounts pay for others; under the accounts' locks.
-- in: company_ids id[], account_ids id[]
-- out: company_id id, account_id id, settled_sequence int64
SELECT pool.company_id, pool.account_id, pool.settled_sequence
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM pool WHERE pool.company_id = wanted.company_id AND pool.account_id = wanted.account_id LIMIT 1
) AS pool
