-- The floor's request ids with their answers: the ledger's rows, nothing looked up, nothing decided.
INSERT INTO request (company_id, request_id, body_hash, code, answer, recorded_time)
SELECT company_id, request_id, body_hash, 0, answer, $5::timestamptz
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) AS new (company_id, request_id, body_hash, answer)
