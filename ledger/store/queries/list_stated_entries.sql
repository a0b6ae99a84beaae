-- Reads a stretch of a company's chain as statements tell it: entries by sequence, once for each of their postings that stand beside them.
-- in: company_id id, after_sequence int64, to_sequence int64
-- out: sequence int64, kind int64, account_id id, other_account_id id?, sub_account_id id?, amount_micros int64, currency text,
-- out: remark text, tag text, reference_id id?, actor_reference id?, effective_time time, recorded_time time, hash bytes, book int64,
-- out: change_micros int64, balance_micros int64, other_book int64?, other_balance_micros int64?, posting_book int64?,
-- out: posting_amount_micros int64?, posting_balance_micros int64?
SELECT entry.sequence, entry.kind::bigint, acting.account_id, other.account_id AS other_account_id, entry.sub_account_id,
       entry.amount_micros, entry.currency, entry.remark, entry.tag, entry.reference_id, entry.actor_reference,
       coalesce(entry.effective_time, entry.recorded_time) AS effective_time, entry.recorded_time, entry.hash, entry.book::bigint,
       entry.change_micros, entry.balance_micros, entry.other_book::bigint, entry.other_balance_micros,
       posting.book::bigint AS posting_book, posting.amount_micros AS posting_amount_micros,
       posting.balance_micros AS posting_balance_micros
FROM (SELECT number FROM chain WHERE company_id = :company_id LIMIT 1) AS own
CROSS JOIN LATERAL (
    SELECT *
    FROM entry
    WHERE entry.chain = own.number AND entry.sequence > :after_sequence AND entry.sequence <= :to_sequence
    ORDER BY entry.sequence
    LIMIT :to_sequence - :after_sequence
) AS entry
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS acting
LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_account LIMIT 1) AS other ON true
LEFT JOIN LATERAL (
    SELECT posting.book, posting.amount_micros, posting.balance_micros
    FROM unnest(CASE WHEN entry.book < 0 THEN ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9] END) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT *
        FROM posting
        WHERE posting.account = entry.account AND posting.book = shelf.book AND posting.sequence = entry.sequence
        LIMIT 1
    ) AS posting
) AS posting ON true
ORDER BY entry.sequence, posting.book
