-- Gives companies their line, where there is none yet.
-- in: company_ids id[], currencies text[], line_micros int64
INSERT INTO credit_line (company_id, currency, line_micros)
SELECT company_id, currency, :line_micros
FROM unnest(:company_ids, :currencies) AS new (company_id, currency)
ON CONFLICT DO NOTHING
