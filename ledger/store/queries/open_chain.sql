-- Begins a company's chain; its first hash covers 32 zero bytes.
INSERT INTO chain (company_id, recorded_time, hash)
VALUES ($1, $2, decode(repeat('00', 32), 'hex'))
ON CONFLICT DO NOTHING
