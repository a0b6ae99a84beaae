-- Sets a company's line, never below what is allocated.
INSERT INTO credit_line (company_id, currency, line_micros)
VALUES ($1, $2, $3)
ON CONFLICT (company_id, currency) DO UPDATE SET line_micros = excluded.line_micros
WHERE credit_line.allocated_micros <= excluded.line_micros
RETURNING line_micros, allocated_micros
