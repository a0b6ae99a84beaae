-- Sets a company's line, never below what is allocated.
-- in: company_id id, currency text, line_micros int64
-- out: line_micros int64, allocated_micros int64
INSERT INTO credit_line (company_id, currency, line_micros)
VALUES (:company_id, :currency, :line_micros)
ON CONFLICT (company_id, currency) DO UPDATE SET line_micros = excluded.line_micros
WHERE credit_line.allocated_micros <= excluded.line_micros
RETURNING line_micros, allocated_micros
