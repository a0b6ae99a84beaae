-- Reads what is, or was, under way between two chains.
-- in: transit_ids id[]
-- out: transit_id id, kind int64, state int64, sender_id id, receiver_id id, amount_micros int64, currency text, sent_time time,
-- out: ended_time time?
SELECT transit.transit_id, kind::bigint, state::bigint, sender_id, receiver_id, amount_micros, currency, sent_time, ended_time
FROM (SELECT DISTINCT transit_id FROM unnest(:transit_ids) AS asked (transit_id)) AS wanted
CROSS JOIN LATERAL (SELECT * FROM transit WHERE transit.transit_id = wanted.transit_id LIMIT 1) AS transit
