-- Which of a principal's requests were counted already.
-- in: account_id id, principal_id id, request_ids id[]
-- out: request_id id, digest bytes
SELECT asked.request_id, act.digest FROM unnest(:request_ids) AS asked (request_id)
CROSS JOIN LATERAL (
    SELECT digest FROM gateway.ceiling_act AS act
    WHERE act.account_id = :account_id AND act.principal_id = :principal_id AND act.request_id = asked.request_id LIMIT 1
) AS act
