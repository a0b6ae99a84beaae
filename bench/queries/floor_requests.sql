-- The floor's request ids with their answers: the ledger's rows, nothing looked up, nothing decided.
INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
SELECT company_id, request_id, '00000000-0000-8000-8000-000000000000', body_hash, 0, answer, $5::timestamptz
FROM (SELECT unnest($1::uuid[]) AS company_id, unnest($2::uuid[]) AS request_id, unnest($3::bytea[]) AS body_hash,
             unnest($4::bytea[]) AS answer) AS new
