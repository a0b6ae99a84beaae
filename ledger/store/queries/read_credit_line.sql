-- Reads a company's credit line.
-- in: company_id id, currency text
-- out: line_micros int64, allocated_micros int64
SELECT line_micros, allocated_micros FROM credit_line WHERE company_id = :company_id AND currency = :currency
