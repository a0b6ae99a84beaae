-- Reads a stretch of a company's chain as it was hashed: entries by sequence, their postings by account and book.
-- in: company_id id, after_sequence int64, to_sequence int64
-- out: sequence int64, kind int64, account_id id, counterparty_id id?, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time, recorded_time time, hash bytes, posting_account_id id?, posting_book int64?,
-- out: posting_amount_micros int64?, posting_balance_micros int64?, reference_id id?
SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency,
    entry.remark, entry.tag,
       entry.effective_time, entry.recorded_time, entry.hash,
       posting.account_id AS posting_account_id, posting.book::bigint AS posting_book,
           posting.amount_micros AS posting_amount_micros,
       posting.balance_micros AS posting_balance_micros, entry.reference_id
FROM entry
LEFT JOIN LATERAL (
    SELECT posting.*
    FROM (VALUES (entry.account_id), (entry.counterparty_id)) AS touched (account_id)
    CROSS JOIN unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT *
        FROM posting
        WHERE company_id = :company_id AND account_id = touched.account_id AND book = shelf.book AND sequence = entry.sequence
        LIMIT 1
    ) AS posting
) AS posting ON true
WHERE entry.company_id = :company_id AND entry.sequence > :after_sequence AND entry.sequence <= :to_sequence
ORDER BY entry.sequence, posting.account_id, posting.book
