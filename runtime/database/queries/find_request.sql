-- Reads what an earlier request of this id was and was answered.
SELECT body_hash, code, answer
FROM request
WHERE company_id = $1 AND request_id = $2
