-- Reads which of the accounts pay for others; under the accounts' locks.
SELECT company_id, account_id, settled_sequence
FROM pool
WHERE (company_id, account_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
