-- Reads the books of an account as they were at a moment. Recorded time only grows along a company's chain, so the last entry before
-- the moment is found by halving, and each book by the last posting up to it.
WITH RECURSIVE bisect (low, high) AS (
    SELECT 0::bigint, length FROM chain WHERE company_id = $1
    UNION ALL
    SELECT CASE WHEN middle.recorded_time <= $3 THEN middle.sequence ELSE bisect.low END,
           CASE WHEN middle.recorded_time <= $3 THEN bisect.high ELSE middle.sequence - 1 END
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT sequence, recorded_time FROM entry WHERE company_id = $1 AND sequence = (bisect.low + bisect.high + 1) / 2
    ) AS middle
    WHERE bisect.low < bisect.high
),
last AS (SELECT low AS sequence FROM bisect WHERE low = high)
SELECT shelf.book::bigint, coalesce((
           SELECT balance_micros
           FROM posting
           WHERE company_id = $1 AND account_id = $2 AND book = shelf.book AND sequence <= (SELECT sequence FROM last)
           ORDER BY sequence DESC
           LIMIT 1
       ), 0)
FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
ORDER BY shelf.book
