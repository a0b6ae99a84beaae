-- Takes a request id; waits for a transaction that is taking the same one. No row comes back when it was taken before.
INSERT INTO request (company_id, request_id, body_hash, recorded_time)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING request_id
