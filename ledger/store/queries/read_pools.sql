-- Reads which of the accounts pay for others; under the accounts' locks.
SELECT pool.company_id, pool.account_id, pool.settled_sequence
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM pool WHERE pool.company_id = wanted.company_id AND pool.account_id = wanted.account_id LIMIT 1
) AS pool
