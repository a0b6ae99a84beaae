-- Keeps a partner's table of discounts since a month.
-- in: agent_id id, month int64, set_time time, from_micros int64[], ppms int64[]
INSERT INTO group_tier (agent_id, month, set_time, place, from_micros, ppm)
SELECT :agent_id, :month, :set_time, tier.place, tier.from_micros, tier.ppm
FROM unnest(:from_micros, :ppms) WITH ORDINALITY AS tier (from_micros, ppm, place)
