-- Acts that were not done count no more.
-- in: account_id id, principal_id id, request_ids id[]
WITH gone AS (
    DELETE FROM gateway.ceiling_act
    WHERE ctid = ANY (ARRAY(
        SELECT act.ctid FROM unnest(:request_ids) AS asked (request_id)
        CROSS JOIN LATERAL (
            SELECT act.ctid FROM gateway.ceiling_act AS act
            WHERE act.account_id = :account_id AND act.principal_id = :principal_id AND act.request_id = asked.request_id LIMIT 1
            FOR UPDATE
        ) AS act
    ))
    RETURNING day, action, amount_micros
)
UPDATE gateway.ceiling_use AS used SET used_micros = used_micros - back.amount_micros
FROM (SELECT day, action, sum(amount_micros)::bigint AS amount_micros FROM gone GROUP BY day, action) AS back
WHERE used.account_id = :account_id AND used.principal_id = :principal_id AND used.day = back.day AND used.action = back.action
