-- Lists the entries of a company's chain after a place, with their postings; an account's only when one is given.
-- in: company_id id, after_sequence int64, account_id id?, span int64
-- out: sequence int64, kind int64, account_id id, counterparty_id id?, amount_micros int64, currency text, remark text, tag text,
-- out: effective_time time, recorded_time time, posting_account_id id?, posting_book int64?, posting_amount_micros int64?,
-- out: posting_balance_micros int64?
WITH own AS MATERIALIZED (
    SELECT number AS chain,
           (SELECT number FROM account WHERE account.company_id = :company_id AND account.account_id = :account_id LIMIT 1) AS account
    FROM chain
    WHERE company_id = :company_id
    LIMIT 1
)
SELECT entry.sequence, entry.kind::bigint, acting.account_id, coalesce(entry.sub_account_id, counterparty.account_id) AS counterparty_id,
       entry.amount_micros, entry.currency, entry.remark, entry.tag, coalesce(entry.effective_time, entry.recorded_time) AS effective_time,
       entry.recorded_time, posting.account_id AS posting_account_id, posting.book::bigint AS posting_book,
       posting.amount_micros AS posting_amount_micros, posting.balance_micros AS posting_balance_micros
FROM own
CROSS JOIN LATERAL (
    SELECT *, CASE WHEN kind IN (1, 2, 21, 22) THEN other_account END AS counterparty
    FROM entry
    WHERE entry.chain = (SELECT chain FROM own) AND entry.sequence > :after_sequence AND entry.sequence <= :after_sequence + :span
        AND (:account_id IS NULL OR entry.account = own.account OR (entry.kind IN (1, 2, 21, 22) AND entry.other_account = own.account)
             OR entry.sub_account_id = :account_id)
) AS entry
LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS acting ON true
LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.counterparty LIMIT 1) AS counterparty ON true
LEFT JOIN LATERAL (
    SELECT leg.*, account.account_id
    FROM (
        SELECT entry.account, entry.book, entry.change_micros AS amount_micros, entry.balance_micros
        WHERE entry.book > 0
        UNION ALL
        SELECT entry.other_account, entry.other_book, -entry.change_micros, entry.other_balance_micros
        WHERE entry.book > 0
        UNION ALL
        SELECT posting.account, posting.book, posting.amount_micros, posting.balance_micros
        FROM unnest(CASE WHEN entry.book < 0 THEN ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9] END) AS shelf (book)
        CROSS JOIN LATERAL (
            SELECT *
            FROM posting
            WHERE posting.account = entry.account AND posting.book = shelf.book AND posting.sequence = entry.sequence
            LIMIT 1
        ) AS posting
    ) AS leg
    CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = leg.account LIMIT 1) AS account
    WHERE :account_id IS NULL OR leg.account = own.account -- an account's watcher sees no balance of another
) AS posting ON true
ORDER BY entry.sequence, posting.account_id, posting.book
