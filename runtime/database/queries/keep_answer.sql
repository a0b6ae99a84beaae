-- Keeps the answer of a request id taken in this transaction.
UPDATE request
SET code = $4, answer = $5
WHERE company_id = $1 AND request_id = $2 AND origin = $3
