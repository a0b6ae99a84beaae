-- Keeps that what was under way was received or returned: two chains may try at once, under a lock each, and whoever finds it ended has its
-- batch decided again.
-- in: transit_ids id[], states int64[], ended_times time[]
-- out: ended_all int64
WITH changed AS (
    UPDATE transit
    SET state = new.state, ended_time = new.ended_time
    FROM unnest(:transit_ids, :states, :ended_times) AS new (transit_id, state, ended_time)
    CROSS JOIN LATERAL (SELECT ctid FROM transit AS kept WHERE kept.transit_id = new.transit_id LIMIT 1) AS place
    WHERE transit.ctid = place.ctid AND transit.state <= 1
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:transit_ids))::integer AS ended_all
