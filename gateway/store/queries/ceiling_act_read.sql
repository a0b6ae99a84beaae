-- Which of a principal's requests were counted already.
-- in: account_id id, principal_id id, request_ids id[]
-- out: request_id id, digest bytes
SELECT request_id, digest FROM gateway.ceiling_act
WHERE account_id = :account_id AND principal_id = :principal_id AND request_id = ANY (:request_ids)
