-- Reads a stretch of a company's chain as it was hashed: entries by sequence, their postings by account and book.
SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency, entry.remark, entry.tag,
       entry.effective_time, entry.recorded_time, entry.hash,
       posting.account_id, posting.book::bigint, posting.amount_micros, posting.balance_micros, entry.reference_id
FROM entry
LEFT JOIN LATERAL (
    SELECT posting.*
    FROM (VALUES (entry.account_id), (entry.counterparty_id)) AS touched (account_id)
    CROSS JOIN unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT *
        FROM posting
        WHERE company_id = $1 AND account_id = touched.account_id AND book = shelf.book AND sequence = entry.sequence
        LIMIT 1
    ) AS posting
) AS posting ON true
WHERE entry.company_id = $1 AND entry.sequence > $2 AND entry.sequence <= $3
ORDER BY entry.sequence, posting.account_id, posting.book
