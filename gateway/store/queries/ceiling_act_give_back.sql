-- Acts that were not done count no more.
-- in: account_id id, principal_id id, request_ids id[]
WITH gone AS (
    DELETE FROM gateway.ceiling_act
    WHERE account_id = :account_id AND principal_id = :principal_id AND request_id = ANY (:request_ids)
    RETURNING day, action, amount_micros
)
UPDATE gateway.ceiling_use AS used SET used_micros = used_micros - back.amount_micros
FROM (SELECT day, action, sum(amount_micros)::bigint AS amount_micros FROM gone GROUP BY day, action) AS back
WHERE used.account_id = :account_id AND used.principal_id = :principal_id AND used.day = back.day AND used.action = back.action
