-- Lists postings of an account before a place (sequence, book) and after a sequence, newest first, book by book: first legs, other legs
-- and those beside the entry each along its index. Looks at no more than look_max of them, however few match; when it stopped there, the
-- last row (kind 0) is the place where it did.
-- in: company_id id, account_id id, before_sequence int64, before_book int64, limit int64, kind int64, counterparty_id id?,
-- in: tag text, remark_contains text, after_sequence int64, look_max int64, book int64, effective_start_time time?,
-- in: effective_end_time time?
-- out: sequence int64, book int64, amount_micros int64, balance_micros int64, kind int64, account_id id, counterparty_id id?,
-- out: currency text, remark text, tag text, effective_time time?, recorded_time time?
WITH own AS MATERIALIZED (
    SELECT number AS account,
           (SELECT number FROM chain WHERE chain.company_id = :company_id LIMIT 1) AS chain,
           (SELECT number FROM account AS other WHERE other.company_id = :company_id AND other.account_id = :counterparty_id
            LIMIT 1) AS counterparty
    FROM account
    WHERE company_id = :company_id AND account_id = :account_id
    LIMIT 1
),
looked AS MATERIALIZED (
    SELECT line.sequence, line.book, line.amount_micros, line.balance_micros
    FROM own
    CROSS JOIN unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9]) AS shelf (book)
    CROSS JOIN LATERAL (
        (
            SELECT sequence, book, change_micros AS amount_micros, balance_micros
            FROM entry
            WHERE entry.account = own.account AND entry.book = shelf.book AND entry.sequence <= :before_sequence
                AND (entry.sequence < :before_sequence OR shelf.book < :before_book) AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
        UNION ALL
        (
            SELECT sequence, other_book, -change_micros, other_balance_micros
            FROM entry
            WHERE entry.other_account = own.account AND entry.other_book = shelf.book AND entry.sequence <= :before_sequence
                AND (entry.sequence < :before_sequence OR shelf.book < :before_book) AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
        UNION ALL
        (
            SELECT sequence, book, amount_micros, balance_micros
            FROM posting
            WHERE posting.account = own.account AND posting.book = shelf.book AND posting.sequence <= :before_sequence
                AND (posting.sequence < :before_sequence OR shelf.book < :before_book) AND posting.sequence > :after_sequence
            ORDER BY posting.sequence DESC
            LIMIT :look_max
        )
    ) AS line
    WHERE :book = 0 OR shelf.book = :book
    ORDER BY line.sequence DESC, line.book DESC
    LIMIT :look_max
)
(
    SELECT looked.sequence, looked.book::bigint, looked.amount_micros, looked.balance_micros, entry.kind::bigint,
           acting.account_id, coalesce(entry.sub_account_id, counterparty.account_id) AS counterparty_id, entry.currency,
           entry.remark, entry.tag, coalesce(entry.effective_time, entry.recorded_time) AS effective_time, entry.recorded_time
    FROM looked
    CROSS JOIN own
    CROSS JOIN LATERAL (
        SELECT *, CASE WHEN kind IN (1, 2, 21, 22) THEN other_account END AS counterparty
        FROM entry
        WHERE entry.chain = own.chain AND entry.sequence = looked.sequence
        LIMIT 1
    ) AS entry
    LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS acting ON true
    LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.counterparty LIMIT 1) AS counterparty ON true
    WHERE (:kind = 0 OR entry.kind = :kind)
      AND (:counterparty_id IS NULL OR entry.account = own.counterparty OR entry.counterparty = own.counterparty
           OR entry.sub_account_id = :counterparty_id)
      AND (:tag = '' OR entry.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN entry.remark) > 0)
      AND (:effective_start_time IS NULL OR coalesce(entry.effective_time, entry.recorded_time) >= :effective_start_time)
      AND (:effective_end_time IS NULL OR coalesce(entry.effective_time, entry.recorded_time) < :effective_end_time)
    ORDER BY looked.sequence DESC, looked.book DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT sequence, book, 0, 0, 0, :account_id, NULL, '', '', '', NULL, NULL
    FROM looked
    WHERE (SELECT count(*) FROM looked) = :look_max
    ORDER BY sequence, book
    LIMIT 1
)
ORDER BY sequence DESC, book DESC, kind DESC
