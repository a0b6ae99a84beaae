-- The next company whose first entry without an anchor was recorded in a period that is over, and its last anchor.
-- in: after_id id, over_time time
-- out: company_id id, number int64, last_sequence int64, period_time time?, hash bytes?
SELECT chain.company_id, coalesce(last.number, 0) AS number, coalesce(last.last_sequence, 0) AS last_sequence, last.period_time, last.hash
FROM chain
LEFT JOIN LATERAL (
    SELECT number, last_sequence, period_time, hash
    FROM anchor
    WHERE anchor.company_id = chain.company_id
    ORDER BY anchor.company_id DESC, anchor.number DESC
    LIMIT 1
) AS last ON true
CROSS JOIN LATERAL (
    SELECT recorded_time
    FROM entry
    WHERE entry.chain = chain.number AND entry.sequence = coalesce(last.last_sequence, 0) + 1
    LIMIT 1
) AS next
WHERE chain.company_id > :after_id AND next.recorded_time < :over_time
ORDER BY chain.company_id
LIMIT 1
