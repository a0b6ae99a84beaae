-- Keeps request ids with their answers, in the commit of the money. One that was taken meanwhile breaks the primary key, and with it
-- the whole batch; no ON CONFLICT, for nobody would look at the answer before the COMMIT that travels with it.
INSERT INTO request (company_id, request_id, body_hash, code, answer, recorded_time)
SELECT company_id, request_id, body_hash, code, answer, $6
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bigint[], $5::bytea[]) AS new (company_id, request_id, body_hash, code, answer)
