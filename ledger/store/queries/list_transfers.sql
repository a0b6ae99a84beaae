-- Lists transfers and revokes of an account before a place in the chain and after another, newest first. Each has one posting of the account:
-- on its own book when it was the source, on transferred in when it was the destination. Looks at no more than $9 postings, however few
-- match; when it stopped there, the last row (kind 0) is the place where it did.
WITH looked AS MATERIALIZED (
    SELECT line.sequence
    FROM unnest(ARRAY[1, 2]) AS side (book)
    CROSS JOIN LATERAL (
        SELECT posting.sequence
        FROM posting
        WHERE posting.company_id = $1 AND posting.account_id = $2 AND posting.book = side.book AND posting.sequence < $3 AND posting.sequence > $8
        ORDER BY posting.sequence DESC
        LIMIT $9
    ) AS line
    ORDER BY line.sequence DESC
    LIMIT $9
)
(
    SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency, entry.remark,
           entry.tag, entry.effective_time, entry.recorded_time
    FROM looked
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.company_id = $1 AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    WHERE entry.kind IN (1, 2)
      AND ($5::uuid IS NULL OR entry.account_id = $5 OR entry.counterparty_id = $5)
      AND ($6::text = '' OR entry.tag = $6)
      AND ($7::text = '' OR position($7 IN entry.remark) > 0)
      AND ($10::timestamptz IS NULL OR entry.effective_time >= $10)
      AND ($11::timestamptz IS NULL OR entry.effective_time < $11)
    ORDER BY entry.sequence DESC
    LIMIT $4
)
UNION ALL
(
    SELECT sequence, 0, $2, NULL, 0, '', '', '', NULL, NULL
    FROM looked
    WHERE (SELECT count(*) FROM looked) = $9
    ORDER BY sequence
    LIMIT 1
)
ORDER BY 1 DESC, 2 DESC
