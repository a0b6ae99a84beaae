-- Reads the companies' credit lines for a preview.
SELECT company_id, currency, line_micros, allocated_micros
FROM credit_line
WHERE (company_id, currency) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
ORDER BY company_id, currency
