-- What a partner's group used in a month, at list prices; no row: nothing.
-- in: agent_id id, month int64, currency text
-- out: micros int64
SELECT micros FROM group_volume WHERE agent_id = :agent_id AND month = :month AND currency = :currency
