-- The legal entity of a registration, made when it is new (ID-18); of one that was merged, the one that it is by now. The update changes nothing:
-- it makes the row come back.
-- in: company_id id, country text, scheme text, number text, create_time time
-- out: company_id id
INSERT INTO company (company_id, country, scheme, number, create_time) VALUES (:company_id, :country, :scheme, :number,
    :create_time)
ON CONFLICT ON CONSTRAINT company_is_one_registration DO UPDATE SET number = excluded.number
RETURNING coalesce(merged_into, company_id) AS company_id
