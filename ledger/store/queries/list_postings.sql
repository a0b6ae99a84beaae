-- Lists postings of an account before a place (sequence, book) and after a sequence, newest first, book by book along the primary key. Looks
-- at no more than $11 of them, however few match; when it stopped there, the last row (kind 0) is the place where it did.
WITH looked AS MATERIALIZED (
    SELECT line.sequence, line.book, line.amount_micros, line.balance_micros
    FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT posting.sequence, posting.book, posting.amount_micros, posting.balance_micros
        FROM posting
        WHERE posting.company_id = $1 AND posting.account_id = $2 AND posting.book = shelf.book AND ($12::bigint = 0 OR shelf.book = $12)
          AND posting.sequence <= $3 AND (posting.sequence < $3 OR shelf.book < $4::bigint) AND posting.sequence > $10
        ORDER BY posting.sequence DESC
        LIMIT $11
    ) AS line
    ORDER BY line.sequence DESC, line.book DESC
    LIMIT $11
)
(
    SELECT looked.sequence, looked.book::bigint, looked.amount_micros, looked.balance_micros, entry.kind::bigint, entry.account_id,
           entry.counterparty_id, entry.currency, entry.remark, entry.tag, entry.effective_time, entry.recorded_time
    FROM looked
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.company_id = $1 AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    WHERE ($6::bigint = 0 OR entry.kind = $6)
      AND ($7::uuid IS NULL OR entry.account_id = $7 OR entry.counterparty_id = $7)
      AND ($8::text = '' OR entry.tag = $8)
      AND ($9::text = '' OR position($9 IN entry.remark) > 0)
      AND ($13::timestamptz IS NULL OR entry.effective_time >= $13)
      AND ($14::timestamptz IS NULL OR entry.effective_time < $14)
    ORDER BY looked.sequence DESC, looked.book DESC
    LIMIT $5
)
UNION ALL
(
    SELECT sequence, book, 0, 0, 0, $2, NULL, '', '', '', NULL, NULL
    FROM looked
    WHERE (SELECT count(*) FROM looked) = $11
    ORDER BY sequence, book
    LIMIT 1
)
ORDER BY 1 DESC, 2 DESC, 5 DESC
