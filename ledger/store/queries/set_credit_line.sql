-- Sets a company's line; the chain is locked, so that what is allocated stays as it was judged.
-- in: company_id id, currency text, line_micros int64
INSERT INTO credit_line (company_id, currency, line_micros)
VALUES (:company_id, :currency, :line_micros)
ON CONFLICT (company_id, currency) DO UPDATE SET line_micros = excluded.line_micros
