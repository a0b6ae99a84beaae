-- Keys were used. One that another call has in its hand, to note the same or to end it, is left to that.
-- in: key_ids id[], use_time time
UPDATE program_key SET use_time = :use_time
WHERE ctid = ANY (ARRAY(
    SELECT found.ctid FROM unnest(:key_ids) AS used (key_id)
    CROSS JOIN LATERAL (
        SELECT key.ctid FROM program_key AS key WHERE key.key_id = used.key_id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS found
))
