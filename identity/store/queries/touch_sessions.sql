-- Sessions were used. One that another call has in its hand, to note the same or to end it, is left to that.
-- in: session_ids id[], use_time time
UPDATE session SET use_time = :use_time, pause_us = greatest(pause_us, (extract(epoch FROM :use_time - use_time) * 1000000)::bigint)
WHERE ctid = ANY (ARRAY(
    SELECT found.ctid FROM unnest(:session_ids) AS used (session_id)
    CROSS JOIN LATERAL (
        SELECT session.ctid FROM session WHERE session.session_id = used.session_id AND use_time < :use_time LIMIT 1
        FOR UPDATE SKIP LOCKED
    ) AS found
))
