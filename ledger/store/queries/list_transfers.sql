-- Lists transfers and revokes of an account before a place in the chain and after another, newest first. The source's leg is the first, on
-- its own book; the destination's the other, on transferred in; of what goes to another chain or comes from one, the first (find_transfer). Looks at no more than look_max legs, however few match; when it stopped
-- there, the last row (kind 0) is the place where it did.
-- in: company_id id, account_id id, before_sequence int64, limit int64, counterparty_id id?, tag text, remark_contains text,
-- in: after_sequence int64, look_max int64, effective_start_time time?, effective_end_time time?
-- out: as find_transfer
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
    SELECT line.sequence
    FROM own
    CROSS JOIN LATERAL (
        (
            SELECT sequence
            FROM entry
            WHERE entry.account = own.account AND entry.book = 1 AND entry.sequence < :before_sequence AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
        UNION ALL
        (
            SELECT sequence
            FROM entry
            WHERE entry.other_account = own.account AND entry.other_book = 2 AND entry.sequence < :before_sequence
                AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
        UNION ALL
        (
            SELECT sequence
            FROM entry
            WHERE entry.account = own.account AND entry.book = 2 AND entry.sequence < :before_sequence AND entry.sequence > :after_sequence
            ORDER BY entry.sequence DESC
            LIMIT :look_max
        )
    ) AS line
    ORDER BY line.sequence DESC
    LIMIT :look_max
)
(
    SELECT entry.sequence,
           CASE entry.kind WHEN 19 THEN received.kind WHEN 20 THEN 3 WHEN 21 THEN 4 WHEN 22 THEN 5 ELSE entry.kind END::bigint AS kind,
           ends.source_id AS account_id, ends.destination_id AS counterparty_id, entry.amount_micros,
           entry.currency, entry.remark, entry.tag, coalesce(entry.effective_time, entry.recorded_time) AS effective_time,
           entry.recorded_time
    FROM looked
    CROSS JOIN own
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.chain = own.chain AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS acting ON true
    LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_account LIMIT 1) AS other ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN entry.other_account = entry.account AND entry.book = 2 THEN entry.sub_account_id
                   ELSE acting.account_id END AS source_id,
               CASE WHEN entry.other_account = entry.account AND entry.book = 1 THEN entry.sub_account_id
                   ELSE other.account_id END AS destination_id
    ) AS ends
    LEFT JOIN LATERAL (
        SELECT kind FROM transit WHERE transit.transit_id = CASE entry.kind WHEN 19 THEN entry.reference_id END LIMIT 1
    ) AS received ON true
    WHERE entry.kind IN (1, 2, 19, 20, 21, 22)
      AND (:counterparty_id IS NULL OR entry.account = own.counterparty OR entry.other_account = own.counterparty
           OR entry.sub_account_id = :counterparty_id)
      AND (:tag = '' OR entry.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN entry.remark) > 0)
      AND (:effective_start_time IS NULL OR coalesce(entry.effective_time, entry.recorded_time) >= :effective_start_time)
      AND (:effective_end_time IS NULL OR coalesce(entry.effective_time, entry.recorded_time) < :effective_end_time)
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
