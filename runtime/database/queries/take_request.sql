-- Takes a request id for its origin; waits for a transaction that is taking the same one. No row comes back when it was taken before, or,
-- unless a step takes it, before there were origins.
-- in: company_id id, request_id id, origin id, body_hash bytes, recorded_time time, is_step bool
-- out: request_id id
INSERT INTO request (company_id, request_id, origin, body_hash, recorded_time)
SELECT :company_id, :request_id, :origin, :body_hash, :recorded_time
WHERE :is_step OR (SELECT company_id FROM request_before WHERE company_id = :company_id AND request_id = :request_id
    LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
RETURNING request_id
