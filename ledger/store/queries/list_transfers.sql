-- Lists transfers and revokes of an account before a place in the chain and after another, newest first. Each has one posting of the account:
-- on its own book when it was the source, on transferred in when it was the destination. Looks at no more than look_max postings, however few
-- match; when it stopped there, the last row (kind 0) is the place where it did.
-- in: company_id id, account_id id, before_sequence int64, limit int64, counterparty_id id?, tag text, remark_contains text,
-- in: after_sequence int64, look_max int64, effective_start_time time?, effective_end_time time?
-- out: as find_transfer
WITH looked AS MATERIALIZED (
    SELECT line.sequence
    FROM unnest(ARRAY[1, 2]) AS side (book)
    CROSS JOIN LATERAL (
        SELECT posting.sequence
        FROM posting
        WHERE posting.company_id = :company_id AND posting.account_id = :account_id AND posting.book = side.book
            AND posting.sequence < :before_sequence AND posting.sequence > :after_sequence
        ORDER BY posting.sequence DESC
        LIMIT :look_max
    ) AS line
    ORDER BY line.sequence DESC
    LIMIT :look_max
)
(
    SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency,
        entry.remark,
           entry.tag, entry.effective_time, entry.recorded_time
    FROM looked
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.company_id = :company_id AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    WHERE entry.kind IN (1, 2)
      AND (:counterparty_id IS NULL OR entry.account_id = :counterparty_id OR entry.counterparty_id = :counterparty_id)
      AND (:tag = '' OR entry.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN entry.remark) > 0)
      AND (:effective_start_time IS NULL OR entry.effective_time >= :effective_start_time)
      AND (:effective_end_time IS NULL OR entry.effective_time < :effective_end_time)
    ORDER BY entry.sequence DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT sequence, 0, :account_id, NULL, 0, '', '', '', NULL, NULL
    FROM looked
    WHERE (SELECT count(*) FROM looked) = :look_max
    ORDER BY sequence
    LIMIT 1
)
ORDER BY sequence DESC, kind DESC
