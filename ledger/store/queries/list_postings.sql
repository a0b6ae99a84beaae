-- Lists postings of an account before a place (sequence, book), newest first, book by book along the primary key.
SELECT line.sequence, line.book::bigint, line.amount_micros, line.balance_micros, line.kind::bigint, line.account_id, line.counterparty_id,
       line.currency, line.remark, line.tag, line.effective_time, line.recorded_time
FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
CROSS JOIN LATERAL (
    SELECT posting.sequence, posting.book, posting.amount_micros, posting.balance_micros, entry.kind, entry.account_id, entry.counterparty_id,
           entry.currency, entry.remark, entry.tag, entry.effective_time, entry.recorded_time
    FROM posting
    JOIN entry USING (company_id, sequence)
    WHERE posting.company_id = $1 AND posting.account_id = $2 AND posting.book = shelf.book AND ($12::bigint = 0 OR shelf.book = $12)
      AND posting.sequence <= $3 AND (posting.sequence < $3 OR shelf.book < $4::bigint)
      AND ($6::bigint = 0 OR entry.kind = $6)
      AND ($7::uuid IS NULL OR entry.account_id = $7 OR entry.counterparty_id = $7)
      AND ($8::text = '' OR entry.tag = $8)
      AND ($9::text = '' OR position($9 IN entry.remark) > 0)
      AND ($10::timestamptz IS NULL OR entry.recorded_time >= $10)
      AND ($11::timestamptz IS NULL OR entry.recorded_time < $11)
    ORDER BY posting.sequence DESC
    LIMIT $5
) AS line
ORDER BY line.sequence DESC, line.book DESC
LIMIT $5
