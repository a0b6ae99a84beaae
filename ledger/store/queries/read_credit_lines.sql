-- Reads companies' credit lines; for a batch under the lock of their chains, for a preview as they stand.
-- in: company_ids id[], currencies text[]
-- out: company_id id, currency text, line_micros int64, allocated_micros int64
SELECT line.company_id, line.currency, line_micros, allocated_micros
FROM unnest(:company_ids, :currencies) AS wanted (company_id, currency)
CROSS JOIN LATERAL (
    SELECT * FROM credit_line WHERE credit_line.company_id = wanted.company_id AND credit_line.currency = wanted.currency LIMIT 1
) AS line
ORDER BY line.company_id, line.currency
