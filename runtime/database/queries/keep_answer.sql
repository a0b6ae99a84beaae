-- Keeps the answer of a request id taken in this transaction.
UPDATE request
SET code = $3, answer = $4
WHERE company_id = $1 AND request_id = $2
