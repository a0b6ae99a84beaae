-- Reads an account as it was at a moment: its books after the last entry of its company recorded by then, what was set aside (0), and the
-- credit limit as set (-1). Recorded time only grows along a company's chain, so that entry is found by halving. Holds whose time had come
-- did not count, whether or not that was noted since.
-- in: company_id id, account_id id, as_of_time time
-- out: book int64, micros int64
WITH RECURSIVE bisect (chain, low, high) AS (
    SELECT number, 0::bigint, length FROM chain WHERE company_id = :company_id
    UNION ALL
    SELECT bisect.chain, CASE WHEN middle.recorded_time <= :as_of_time THEN middle.sequence ELSE bisect.low END,
           CASE WHEN middle.recorded_time <= :as_of_time THEN bisect.high ELSE middle.sequence - 1 END
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT sequence, recorded_time
        FROM entry
        WHERE entry.chain = bisect.chain AND entry.sequence = (bisect.low + bisect.high + 1) / 2
        LIMIT 1
    ) AS middle
    WHERE bisect.low < bisect.high
),
own AS MATERIALIZED (
    SELECT bisect.chain, account.number AS account, bisect.low AS sequence
    FROM bisect
    CROSS JOIN LATERAL (
        SELECT number FROM account WHERE account.company_id = :company_id AND account.account_id = :account_id LIMIT 1
    ) AS account
    WHERE bisect.low = bisect.high
)
SELECT shelf.book::bigint AS book, coalesce((
           SELECT last.balance_micros
           FROM own
           CROSS JOIN LATERAL (
               (
                   SELECT sequence, balance_micros
                   FROM entry
                   WHERE entry.account = own.account AND entry.book = shelf.book AND entry.sequence <= own.sequence
                       AND entry.chain = own.chain
                   ORDER BY entry.sequence DESC
                   LIMIT 1
               )
               UNION ALL
               (
                   SELECT sequence, other_balance_micros
                   FROM entry
                   WHERE entry.other_account = own.account AND entry.other_book = shelf.book AND entry.sequence <= own.sequence
                       AND entry.chain = own.chain
                   ORDER BY entry.sequence DESC
                   LIMIT 1
               )
               UNION ALL
               (
                   SELECT sequence, balance_micros
                   FROM posting
                   WHERE posting.account = own.account AND posting.book = shelf.book AND posting.sequence <= own.sequence
                       AND posting.chain = own.chain
                   ORDER BY posting.sequence DESC
                   LIMIT 1
               )
           ) AS last
           ORDER BY last.sequence DESC
           LIMIT 1
       ), 0) AS micros
FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9]) AS shelf (book)
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
           SELECT last.amount_micros
           FROM own
           CROSS JOIN LATERAL (
               SELECT amount_micros
               FROM entry
               WHERE entry.account = own.account AND entry.kind IN (14, 15) AND entry.sequence <= own.sequence AND entry.chain = own.chain
               ORDER BY entry.sequence DESC
               LIMIT 1
           ) AS last
       ), 0)
ORDER BY book
