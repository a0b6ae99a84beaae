-- When purchases count (LED-31): when they were made, and those by capture when their hold was placed. The last seven bytes of an entry's id
-- are its sequence.
-- in: company_ids id[], sequences int64[]
-- out: company_id id, sequence int64, counted_time time
SELECT wanted.company_id, wanted.sequence, coalesce(hold.placed_time, entry.recorded_time) AS counted_time
FROM unnest(:company_ids, :sequences) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT number FROM chain WHERE chain.company_id = wanted.company_id LIMIT 1
) AS chain
CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE entry.chain = chain.number AND entry.sequence = wanted.sequence LIMIT 1
) AS entry
LEFT JOIN LATERAL (
    SELECT placed_time
    FROM hold
    WHERE entry.kind = 11 AND hold.company_id = wanted.company_id
        AND hold.sequence = ('x00' || right(replace(entry.reference_id::text, '-', ''), 14))::bit(64)::bigint
    LIMIT 1
) AS hold ON true
