-- Keeps the rate of a group's month, unless another ledger was first.
-- in: agent_id id, month int64, currency text, ppm int64
INSERT INTO group_rate (agent_id, month, currency, ppm) VALUES (:agent_id, :month, :currency, :ppm) ON CONFLICT (agent_id, month, currency) DO NOTHING
