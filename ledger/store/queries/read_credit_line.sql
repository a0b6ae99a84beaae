-- Reads a company's credit line.
SELECT line_micros, allocated_micros FROM credit_line WHERE company_id = $1 AND currency = $2
