-- Adds to what partners' groups used in a month, at list prices; refunds are below zero.
-- in: agent_ids id[], months int64[], currencies text[], micros int64[]
INSERT INTO group_volume (agent_id, month, currency, micros)
SELECT used.agent_id, used.month, used.currency, sum(used.micros)::bigint
FROM unnest(:agent_ids, :months, :currencies, :micros) AS used (agent_id, month, currency, micros)
GROUP BY used.agent_id, used.month, used.currency
ORDER BY used.agent_id, used.month, used.currency
ON CONFLICT (agent_id, month, currency) DO UPDATE SET micros = group_volume.micros + excluded.micros
