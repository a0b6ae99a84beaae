-- Keeps what companies allocated.
UPDATE credit_line
SET allocated_micros = new.allocated_micros
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS new (company_id, currency, allocated_micros)
WHERE credit_line.company_id = new.company_id AND credit_line.currency = new.currency
