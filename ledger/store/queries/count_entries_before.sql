-- Counts a company's entries recorded before a moment, which is the place of the last of them: recorded time only grows along a chain, so it
-- is found by halving.
-- in: company_id id, moment_time time
-- out: low int64
WITH RECURSIVE bisect (chain, low, high) AS (
    SELECT number, 0::bigint, length FROM chain WHERE company_id = :company_id
    UNION ALL
    SELECT bisect.chain, CASE WHEN middle.recorded_time < :moment_time THEN middle.sequence ELSE bisect.low END,
           CASE WHEN middle.recorded_time < :moment_time THEN bisect.high ELSE middle.sequence - 1 END
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT sequence, recorded_time
        FROM entry
        WHERE entry.chain = bisect.chain AND entry.sequence = (bisect.low + bisect.high + 1) / 2
        LIMIT 1
    ) AS middle
    WHERE bisect.low < bisect.high
)
SELECT low FROM bisect WHERE low = high
