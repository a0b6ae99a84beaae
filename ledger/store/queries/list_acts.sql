-- Lists what was done and refused in a company, or of one account or any of several as the acting or the other one, before a place (sequence, number),
-- newest first: an entry stands at (its sequence, 0), an act at (entries before it, its number). Looks at no more than look_max of them,
-- however few match; when it stopped there, the last row (is_end) is the place where it did. Entries are narrowed to a stretch of the chain.
-- in: company_id id, account_id id?, account_ids id[], before_sequence int64, before_number int64, after_sequence int64, last_sequence int64,
-- in: start_time time?, end_time time?, kind int64, action text, principal_id id?, tag text, look_max int64, limit int64
-- out: sequence int64, number int64, is_end bool, kind int64, action text, account_id id?, counterparty_id id?, amount_micros int64,
-- out: currency text, remark text, tag text, reason text, request_id id?, recorded_time time, actor_reference id?, principal_id id?,
-- out: actor_account_id id?, credential_kind int64, credential_id id?, roles text, approval_id id?, step text
WITH own AS MATERIALIZED (
    SELECT number AS chain,
           (SELECT account.number FROM account WHERE account.company_id = :company_id AND account.account_id = :account_id LIMIT 1) AS account
    FROM chain
    WHERE company_id = :company_id
    LIMIT 1
),
bounds AS MATERIALIZED (
    SELECT least(:last_sequence, :before_sequence - CASE WHEN :before_number > 0 THEN 0 ELSE 1 END) AS last
),
looked AS MATERIALIZED (
    SELECT DISTINCT line.sequence, line.number
    FROM (
        (
            SELECT entry.sequence, 0::bigint AS number
            FROM own
            CROSS JOIN bounds
            CROSS JOIN LATERAL (
                SELECT sequence
                FROM entry
                WHERE entry.chain = own.chain AND :account_id IS NULL AND entry.sequence <= bounds.last AND entry.sequence > :after_sequence
                ORDER BY sequence DESC
                LIMIT :look_max
            ) AS entry
        )
        UNION ALL
        (
            SELECT entry.sequence, 0
            FROM own
            CROSS JOIN bounds
            CROSS JOIN unnest(ARRAY[-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) AS shelf (book)
            CROSS JOIN LATERAL (
                SELECT sequence
                FROM entry
                WHERE entry.account = own.account AND entry.book = shelf.book AND entry.sequence <= bounds.last
                    AND entry.sequence > :after_sequence
                ORDER BY sequence DESC
                LIMIT :look_max
            ) AS entry
        )
        UNION ALL
        (
            SELECT entry.sequence, 0
            FROM own
            CROSS JOIN bounds
            CROSS JOIN unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9]) AS shelf (book)
            CROSS JOIN LATERAL (
                SELECT sequence
                FROM entry
                WHERE entry.other_account = own.account AND entry.other_book = shelf.book AND entry.sequence <= bounds.last
                    AND entry.sequence > :after_sequence
                ORDER BY sequence DESC
                LIMIT :look_max
            ) AS entry
        )
        UNION ALL
        (
            SELECT after_sequence, number
            FROM act
            WHERE company_id = :company_id AND (after_sequence, number) < (:before_sequence, :before_number)
            ORDER BY after_sequence DESC, number DESC
            LIMIT :look_max
        )
    ) AS line
    ORDER BY line.sequence DESC, line.number DESC
    LIMIT :look_max
),
found AS (
    SELECT looked.sequence, looked.number, entry.kind::bigint, '' AS action, acting.account_id,
           coalesce(entry.sub_account_id, counterparty.account_id) AS counterparty_id, entry.amount_micros, entry.currency, entry.remark,
           entry.tag, '' AS reason, NULL::uuid AS request_id, entry.recorded_time, entry.actor_reference, entry.actor_id
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
    WHERE looked.number = 0 AND entry.kind NOT IN (40, 41) -- an act of their own tells of the move
        AND (cardinality(:account_ids) = 0
             OR ARRAY[acting.account_id, coalesce(entry.sub_account_id, counterparty.account_id)] && :account_ids)
    UNION ALL
    SELECT looked.sequence, looked.number, act.kind::bigint, act.action, act.account_id, act.counterparty_id, act.amount_micros,
           act.currency, act.remark, act.tag, act.reason, act.request_id, act.recorded_time, act.actor_reference, NULL
    FROM looked
    CROSS JOIN LATERAL (
        SELECT *
        FROM act
        WHERE act.company_id = :company_id AND act.after_sequence = looked.sequence AND act.number = looked.number
        LIMIT 1
    ) AS act
    WHERE looked.number > 0
        AND (:account_id IS NULL OR act.account_id = :account_id OR act.counterparty_id = :account_id)
        AND (cardinality(:account_ids) = 0 OR ARRAY[act.account_id, act.counterparty_id] && :account_ids)
)
(
    SELECT found.sequence, found.number, false AS is_end, found.kind, found.action, found.account_id, found.counterparty_id,
           found.amount_micros, found.currency, found.remark, found.tag, found.reason, found.request_id, found.recorded_time,
           found.actor_reference, coalesce(actor.principal_id, found.actor_id) AS principal_id, actor.account_id AS actor_account_id,
           coalesce(actor.credential_kind, 0)::bigint AS credential_kind, actor.credential_id, coalesce(actor.roles, '') AS roles,
           actor.approval_id, coalesce(actor.step, '') AS step
    FROM found
    LEFT JOIN LATERAL (SELECT * FROM actor WHERE actor.company_id = :company_id AND actor.reference = found.actor_reference LIMIT 1) AS actor ON true
    WHERE (:kind = 0 OR found.kind = :kind)
      AND (:action = '' OR found.action = :action)
      AND (:principal_id IS NULL OR coalesce(actor.principal_id, found.actor_id) = :principal_id)
      AND (:tag = '' OR found.tag = :tag)
      AND (:start_time IS NULL OR found.recorded_time >= :start_time)
      AND (:end_time IS NULL OR found.recorded_time < :end_time)
    ORDER BY found.sequence DESC, found.number DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT sequence, number, true, 0, '', NULL, NULL, 0, '', '', '', '', NULL, 'epoch', NULL, NULL, NULL, 0, NULL, '', NULL, ''
    FROM looked
    WHERE (SELECT count(*) FROM looked) = :look_max
    ORDER BY sequence, number
    LIMIT 1
)
ORDER BY sequence DESC, number DESC, is_end
