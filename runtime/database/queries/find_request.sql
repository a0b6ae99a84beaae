-- Reads what an earlier request of this id and origin was and was answered; unless a step asks, also one of before there were origins.
-- in: company_id id, request_id id, origin id, is_step bool
-- out: body_hash bytes, code int64?, answer bytes?
SELECT body_hash, code, answer
FROM request
WHERE company_id = :company_id AND request_id = :request_id AND origin = :origin
UNION ALL
SELECT body_hash, code, answer
FROM request_before
WHERE company_id = :company_id AND request_id = :request_id AND NOT :is_step
LIMIT 1
