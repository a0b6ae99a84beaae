-- Acts are counted, each once, in the sums of their day.
-- in: account_id id, principal_id id, day text, now time, request_ids id[], digests bytes[], actions text[], amount_micros int64[]
WITH act AS (
    INSERT INTO gateway.ceiling_act (account_id, principal_id, request_id, digest, day, action, amount_micros, create_time)
    SELECT :account_id, :principal_id, request_id, digest, :day, action, amount_micros, :now
    FROM unnest(:request_ids, :digests, :actions, :amount_micros) AS new (request_id, digest, action, amount_micros)
    RETURNING action, amount_micros
)
INSERT INTO gateway.ceiling_use AS used (account_id, principal_id, day, action, used_micros, create_time)
SELECT :account_id, :principal_id, :day, action, sum(amount_micros)::bigint, :now FROM act GROUP BY action
ON CONFLICT (account_id, principal_id, day, action) DO UPDATE SET used_micros = used.used_micros + excluded.used_micros
