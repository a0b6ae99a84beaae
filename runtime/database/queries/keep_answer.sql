-- Keeps the answer of a request id taken in this transaction.
-- in: company_id id, request_id id, origin id, code int64, answer bytes
UPDATE request
SET code = :code, answer = :answer
WHERE company_id = :company_id AND request_id = :request_id AND origin = :origin
