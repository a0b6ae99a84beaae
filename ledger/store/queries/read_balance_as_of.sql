-- Reads an account as it was at a moment: its books after the last entry of its company recorded by then, what was set aside (0), and the
-- credit limit as set (-1). Recorded time only grows along a company's chain, so that entry is found by halving. Holds whose time had come
-- did not count, whether or not that was noted since.
-- in: company_id id, account_id id, as_of_time time
-- out: book int64, micros int64
WITH RECURSIVE bisect (low, high) AS (
    SELECT 0::bigint, length FROM chain WHERE company_id = :company_id
    UNION ALL
    SELECT CASE WHEN middle.recorded_time <= :as_of_time THEN middle.sequence ELSE bisect.low END,
           CASE WHEN middle.recorded_time <= :as_of_time THEN bisect.high ELSE middle.sequence - 1 END
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT sequence, recorded_time FROM entry WHERE company_id = :company_id
            AND sequence = (bisect.low + bisect.high + 1) / 2 LIMIT 1
    ) AS middle
    WHERE bisect.low < bisect.high
),
last AS (SELECT low AS sequence FROM bisect WHERE low = high)
SELECT shelf.book::bigint AS book, coalesce((
           SELECT balance_micros
           FROM posting
           WHERE company_id = :company_id AND account_id = :account_id AND book = shelf.book AND sequence <= (SELECT sequence
               FROM last)
           ORDER BY sequence DESC
           LIMIT 1
       ), 0) AS micros
FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
UNION ALL
SELECT 0, coalesce((
           SELECT frozen_micros
           FROM frozen
           WHERE company_id = :company_id AND account_id = :account_id AND since_time <= :as_of_time
           ORDER BY since_time DESC, sequence DESC
           LIMIT 1
       ), 0) - coalesce((
           SELECT sum(amount_micros - captured_micros)::bigint
           FROM hold
           WHERE company_id = :company_id AND account_id = :account_id AND state = 1 AND expire_time <= :as_of_time
       ), 0)
UNION ALL
SELECT -1, coalesce((
           SELECT amount_micros
           FROM entry
           WHERE company_id = :company_id AND account_id = :account_id AND kind IN (14, 15) AND sequence <= (SELECT sequence
               FROM last)
           ORDER BY sequence DESC
           LIMIT 1
       ), 0)
ORDER BY book
