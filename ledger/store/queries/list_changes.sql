-- Lists the entries of a company's chain after a place, with their postings; an account's only when one is given.
-- in: company_id id, after_sequence int64, account_id id?, span int64
-- out: sequence int64, kind int64, account_id id, counterparty_id id?, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time, recorded_time time, posting_account_id id?, posting_book int64?, posting_amount_micros int64?,
-- out: posting_balance_micros int64?
SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency,
    entry.remark, entry.tag,
       entry.effective_time, entry.recorded_time,
       posting.account_id AS posting_account_id, posting.book::bigint AS posting_book,
           posting.amount_micros AS posting_amount_micros,
       posting.balance_micros AS posting_balance_micros
FROM (
    SELECT *
    FROM entry
    WHERE company_id = :company_id AND sequence > :after_sequence AND sequence <= :after_sequence + :span
        AND (:account_id IS NULL OR account_id = :account_id OR counterparty_id = :account_id)
) AS entry
LEFT JOIN LATERAL (
    SELECT posting.*
    FROM (VALUES (entry.account_id), (entry.counterparty_id)) AS touched (account_id) -- an account's watcher sees no balance of another
    CROSS JOIN unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT *
        FROM posting
        WHERE company_id = :company_id AND account_id = touched.account_id AND book = shelf.book AND sequence = entry.sequence
        LIMIT 1
    ) AS posting
    WHERE :account_id IS NULL OR touched.account_id = :account_id
) AS posting ON true
ORDER BY entry.sequence, posting.account_id, posting.book
