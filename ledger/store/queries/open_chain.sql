-- Begins a company's chain; its first hash covers 32 zero bytes. One that is there is looked for first, so that it costs no number.
-- in: company_id id, recorded_time time
INSERT INTO chain (company_id, recorded_time, hash)
SELECT :company_id, :recorded_time, decode(repeat('00', 32), 'hex')
WHERE (SELECT company_id FROM chain WHERE company_id = :company_id LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
