-- Lists holds of an account before a place in the chain and after another, newest first, as they stand now (D.4). Who placed one has no
-- leg in it. Looks at no more than look_max such entries, however few match; when it stopped there, the last row (state 0) is the place
-- where it did.
-- in: company_id id, account_id id, before_sequence int64, after_sequence int64, look_max int64, limit int64, state int64, tag text,
-- in: remark_contains text, sub_account_id id?, now time
-- out: as find_hold, sequence int64
WITH own AS MATERIALIZED (
    SELECT number AS account, currency, (SELECT number FROM chain WHERE chain.company_id = :company_id LIMIT 1) AS chain
    FROM account
    WHERE company_id = :company_id AND account_id = :account_id
    LIMIT 1
),
looked AS MATERIALIZED (
    SELECT entry.sequence, entry.kind, entry.remark, entry.tag
    FROM own
    CROSS JOIN LATERAL (
        SELECT sequence, kind, remark, tag
        FROM entry
        WHERE entry.account = own.account AND entry.book = 0 AND entry.sequence < :before_sequence AND entry.sequence > :after_sequence
        ORDER BY entry.sequence DESC
        LIMIT :look_max
    ) AS entry
)
(
    SELECT hold.state::bigint, hold.amount_micros, hold.captured_micros, hold.expire_time, hold.placed_time, own.currency,
           hold.sub_account_id, looked.sequence
    FROM looked
    CROSS JOIN own
    CROSS JOIN LATERAL (SELECT * FROM hold WHERE hold.company_id = :company_id AND hold.sequence = looked.sequence LIMIT 1) AS hold
    WHERE looked.kind = 10
      AND (:state = 0 OR :state = CASE WHEN hold.state = 1 AND hold.expire_time <= :now THEN 4 ELSE hold.state END)
      AND (:sub_account_id IS NULL OR hold.sub_account_id = :sub_account_id)
      AND (:tag = '' OR looked.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN looked.remark) > 0)
    ORDER BY looked.sequence DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT 0, 0, 0, 'epoch', 'epoch', '', NULL, sequence
    FROM looked
    WHERE (SELECT count(*) FROM looked) = :look_max
    ORDER BY sequence
    LIMIT 1
)
ORDER BY sequence DESC, state DESC
