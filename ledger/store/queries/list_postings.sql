-- Lists postings of an account before a place (sequence, book) and after a sequence, newest first, book by book along the primary key. Looks
-- at no more than look_max of them, however few match; when it stopped there, the last row (kind 0) is the place where it did.
-- in: company_id id, account_id id, before_sequence int64, before_book int64, limit int64, kind int64, counterparty_id id?,
-- in: tag text, remark_contains text, after_sequence int64, look_max int64, book int64, effective_start_time time?,
-- in: effective_end_time time?
-- out: sequence int64, book int64, amount_micros int64, balance_micros int64, kind int64, account_id id, counterparty_id id?,
-- out: currency text, remark text, tag text, effective_time time?, recorded_time time?
WITH looked AS MATERIALIZED (
    SELECT line.sequence, line.book, line.amount_micros, line.balance_micros
    FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT posting.sequence, posting.book, posting.amount_micros, posting.balance_micros
        FROM posting
        WHERE posting.company_id = :company_id AND posting.account_id = :account_id AND posting.book = shelf.book AND (:book = 0
            OR shelf.book = :book)
          AND posting.sequence <= :before_sequence AND (posting.sequence < :before_sequence OR shelf.book < :before_book)
              AND posting.sequence > :after_sequence
        ORDER BY posting.sequence DESC
        LIMIT :look_max
    ) AS line
    ORDER BY line.sequence DESC, line.book DESC
    LIMIT :look_max
)
(
    SELECT looked.sequence, looked.book::bigint, looked.amount_micros, looked.balance_micros, entry.kind::bigint, entry.account_id,
           entry.counterparty_id, entry.currency, entry.remark, entry.tag, entry.effective_time, entry.recorded_time
    FROM looked
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.company_id = :company_id AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    WHERE (:kind = 0 OR entry.kind = :kind)
      AND (:counterparty_id IS NULL OR entry.account_id = :counterparty_id OR entry.counterparty_id = :counterparty_id)
      AND (:tag = '' OR entry.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN entry.remark) > 0)
      AND (:effective_start_time IS NULL OR entry.effective_time >= :effective_start_time)
      AND (:effective_end_time IS NULL OR entry.effective_time < :effective_end_time)
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
