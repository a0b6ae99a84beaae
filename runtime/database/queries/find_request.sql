-- Reads what an earlier request of this id and origin was and was answered; unless a step asks, also one of before there were origins.
SELECT body_hash, code, answer
FROM request
WHERE company_id = $1 AND request_id = $2 AND origin = $3
UNION ALL
SELECT body_hash, code, answer
FROM request_before
WHERE company_id = $1 AND request_id = $2 AND NOT $4
LIMIT 1
