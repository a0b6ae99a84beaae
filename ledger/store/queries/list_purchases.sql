-- Lists purchases and captures of an account before a place in the chain and after another, newest first. Each has a leg on revenue: its
-- other one, or one of many. Looks at no more than look_max entries that have, however few match; when it stopped there, the last row
-- (amount 0) is the place where it did.
-- in: company_id id, account_id id, before_sequence int64, after_sequence int64, look_max int64, limit int64, sub_account_id id?,
-- in: tag text, remark_contains text, effective_start_time time?, effective_end_time time?
-- out: as find_purchase, sequence int64
WITH own AS MATERIALIZED (
    SELECT number AS account, currency, (SELECT number FROM chain WHERE chain.company_id = :company_id LIMIT 1) AS chain
    FROM account
    WHERE company_id = :company_id AND account_id = :account_id
    LIMIT 1
),
looked AS MATERIALIZED (
    SELECT line.sequence
    FROM own
    CROSS JOIN LATERAL (
        (
            SELECT sequence
            FROM entry
            WHERE entry.other_account = own.account AND entry.other_book = 6 AND entry.sequence < :before_sequence
                AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
        UNION ALL
        (
            SELECT sequence
            FROM entry
            WHERE entry.account = own.account AND entry.book = -1 AND entry.sequence < :before_sequence AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
    ) AS line
    ORDER BY line.sequence DESC
    LIMIT :look_max
)
(
    SELECT purchase.amount_micros, paid_transferred_in_micros, paid_own_micros, paid_refund_credit_micros, paid_credit_micros,
           refunded_transferred_in_micros, refunded_own_micros, refunded_refund_credit_micros, refunded_credit_micros,
           purchase.recorded_time, entry.currency, entry.remark, entry.tag, entry.sub_account_id AS counterparty_id, looked.sequence
    FROM looked
    CROSS JOIN own
    CROSS JOIN LATERAL (
        SELECT * FROM purchase WHERE purchase.company_id = :company_id AND purchase.sequence = looked.sequence LIMIT 1
    ) AS purchase
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.chain = own.chain AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    WHERE (:sub_account_id IS NULL OR entry.sub_account_id = :sub_account_id)
      AND (:tag = '' OR entry.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN entry.remark) > 0)
      AND (:effective_start_time IS NULL OR coalesce(entry.effective_time, entry.recorded_time) >= :effective_start_time)
      AND (:effective_end_time IS NULL OR coalesce(entry.effective_time, entry.recorded_time) < :effective_end_time)
    ORDER BY looked.sequence DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT 0, 0, 0, 0, 0, 0, 0, 0, 0, 'epoch', '', '', '', NULL, sequence
    FROM looked
    WHERE (SELECT count(*) FROM looked) = :look_max
    ORDER BY sequence
    LIMIT 1
)
ORDER BY sequence DESC, amount_micros DESC
