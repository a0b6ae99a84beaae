-- Begins a company's chain; its first hash covers 32 zero bytes.
-- in: company_id id, recorded_time time
INSERT INTO chain (company_id, recorded_time, hash)
VALUES (:company_id, :recorded_time, decode(repeat('00', 32), 'hex'))
ON CONFLICT DO NOTHING
