-- Reads companies' credit lines; for a batch under the lock of their chains, for a preview as they stand.
SELECT company_id, currency, line_micros, allocated_micros
FROM credit_line
WHERE (company_id, currency) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
ORDER BY company_id, currency
