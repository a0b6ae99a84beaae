-- Gives companies their line, where there is none yet.
INSERT INTO credit_line (company_id, currency, line_micros)
SELECT company_id, currency, $3
FROM unnest($1::uuid[], $2::text[]) AS new (company_id, currency)
ON CONFLICT DO NOTHING
