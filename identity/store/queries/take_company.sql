-- The legal entity of a registration, made when it is new (ID-18). The update changes nothing: it makes the row come back.
INSERT INTO company (company_id, country, scheme, number, create_time) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT company_is_one_registration DO UPDATE SET number = excluded.number
RETURNING company_id
