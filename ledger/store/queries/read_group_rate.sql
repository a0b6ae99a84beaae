-- The rate that a group's month has kept; no row: no line had one yet.
-- in: agent_id id, month int64, currency text
-- out: ppm int64
SELECT ppm FROM group_rate WHERE agent_id = :agent_id AND month = :month AND currency = :currency
