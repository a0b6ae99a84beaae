-- Lists the entries of a company's chain after a place, with their postings; an account's only when one is given.
SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency, entry.remark, entry.tag,
       entry.effective_time, entry.recorded_time,
       posting.account_id, posting.book::bigint, posting.amount_micros, posting.balance_micros
FROM (
    SELECT *
    FROM entry
    WHERE company_id = $1 AND sequence > $2 AND sequence <= $2 + $4::bigint AND ($3::uuid IS NULL OR account_id = $3 OR counterparty_id = $3)
) AS entry
LEFT JOIN LATERAL (
    SELECT posting.*
    FROM (VALUES (entry.account_id), (entry.counterparty_id)) AS touched (account_id) -- an account's watcher sees no balance of another
    CROSS JOIN unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT *
        FROM posting
        WHERE company_id = $1 AND account_id = touched.account_id AND book = shelf.book AND sequence = entry.sequence
        LIMIT 1
    ) AS posting
    WHERE $3::uuid IS NULL OR touched.account_id = $3
) AS posting ON true
ORDER BY entry.sequence, posting.account_id, posting.book
