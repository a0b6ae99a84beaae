-- Keys were used, or tried, from networks that they never were before; each is noted once, for ever.
-- in: event_ids id[], kinds text[], shown text[], key_ids id[], program_ids id[], networks bytes[], now time
WITH used AS (
    SELECT DISTINCT ON (key_id, network) event_id, kind, shown, key_id, program_id, network
    FROM unnest(:event_ids, :kinds, :shown, :key_ids, :program_ids, :networks) AS used (event_id, kind, shown, key_id, program_id, network)
), noted AS (
    INSERT INTO program_key_network (key_id, network, first_time) SELECT key_id, network, :now FROM used
    ON CONFLICT (key_id, network) DO NOTHING
    RETURNING key_id, network
)
INSERT INTO security_event (event_id, principal_id, session_id, account_id, kind, detail, network, note_time)
SELECT event_id, program_id, key_id, program.account_id, kind, key_id::text, shown, :now
FROM noted
JOIN used USING (key_id, network)
CROSS JOIN LATERAL (SELECT account_id FROM program WHERE program.principal_id = used.program_id LIMIT 1) AS program
