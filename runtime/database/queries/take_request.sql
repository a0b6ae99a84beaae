-- Takes a request id for its origin; waits for a transaction that is taking the same one. No row comes back when it was taken before, or,
-- unless a step takes it, before there were origins.
INSERT INTO request (company_id, request_id, origin, body_hash, recorded_time)
SELECT $1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::timestamptz
WHERE $6::boolean OR (SELECT company_id FROM request_before WHERE company_id = $1 AND request_id = $2 LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
RETURNING request_id
