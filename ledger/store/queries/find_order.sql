-- Finds the entry that a request became.
-- in: request_key id
-- out: sequence int64
SELECT sequence
FROM entry
WHERE request_key = :request_key
LIMIT 1
