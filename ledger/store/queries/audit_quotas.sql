-- Quotas that are not what their entries say (D.10): the line that was set last; what was bought (3, 11) and metered (5), less what was
-- refunded (4) and offset (17); of what was metered, what the account has not settled since; and what its active holds set aside. An account
-- settles by a settlement (6) and, when prepaid, by recording usage: then nothing stays unbilled. Of one account only, when account_id names it.
-- in: as audit_postings
-- out: account_id id, kept_micros int64, told_micros int64, sub_account_id id, term text
WITH account AS MATERIALIZED (
    SELECT account_id, number FROM account WHERE company_id = :company_id
), entry AS MATERIALIZED (
    SELECT entry.*, account.account_id
    FROM (
        SELECT sequence, kind, account, amount_micros, sub_account_id,
               (book = 4 AND balance_micros <> 0) OR coalesce(other_book = 4 AND other_balance_micros <> 0, false) AS leaves_unbilled
        FROM entry
        WHERE chain = :chain AND (kind IN (5, 6) OR (kind IN (3, 4, 11, 16, 17) AND sub_account_id IS NOT NULL))
        OFFSET 0
    ) AS entry
    LEFT JOIN account ON account.number = entry.account
), settled AS (
    SELECT account_id, max(sequence) AS sequence
    FROM (SELECT * FROM entry WHERE kind IN (5, 6) AND NOT leaves_unbilled) AS entry
    WHERE NOT EXISTS (
        SELECT
        FROM (
            SELECT account.number, posting.sequence
            FROM account
            CROSS JOIN LATERAL (
                SELECT * FROM posting WHERE posting.account = account.number AND posting.book = 4 AND posting.balance_micros <> 0 OFFSET 0
            ) AS posting
        ) AS posting
        WHERE posting.number = entry.account AND posting.sequence = entry.sequence
    )
    GROUP BY account_id
), told AS (
    SELECT entry.account_id, sub_account_id,
           (array_agg(amount_micros ORDER BY entry.sequence DESC) FILTER (WHERE kind = 16))[1] AS line_micros,
           coalesce(sum(amount_micros) FILTER (WHERE kind IN (3, 5, 11)), 0)
               - coalesce(sum(amount_micros) FILTER (WHERE kind IN (4, 17)), 0) AS consumed_micros,
           coalesce(sum(amount_micros) FILTER (WHERE kind = 5 AND entry.sequence > coalesce(settled.sequence, 0)),
               0) AS undeducted_micros
    FROM entry
    LEFT JOIN settled USING (account_id)
    WHERE kind IN (3, 4, 5, 11, 16, 17) AND sub_account_id IS NOT NULL
    GROUP BY entry.account_id, sub_account_id
), kept AS (
    SELECT account_id, sub_account_id, line_micros, deducted_micros + undeducted_micros AS consumed_micros,
           CASE WHEN metered_sequence > coalesce(settled_sequence, 0) THEN undeducted_micros ELSE 0 END AS undeducted_micros, held_micros
    FROM (SELECT * FROM quota WHERE company_id = :company_id OFFSET 0) AS quota
    LEFT JOIN (SELECT * FROM pool WHERE company_id = :company_id OFFSET 0) AS pool USING (account_id)
), held AS (
    SELECT account_id, sub_account_id, sum(amount_micros - captured_micros) AS held_micros
    FROM (SELECT * FROM hold WHERE company_id = :company_id OFFSET 0) AS hold
    WHERE state = 1 AND sub_account_id IS NOT NULL
    GROUP BY account_id, sub_account_id
)
SELECT account_id, kept_micros, told_micros, sub_account_id, term
FROM kept
FULL JOIN told USING (account_id, sub_account_id)
FULL JOIN held USING (account_id, sub_account_id)
CROSS JOIN LATERAL (
    VALUES (1, 'line', coalesce(kept.line_micros, 0), coalesce(told.line_micros, 0)),
           (2, 'consumed', coalesce(kept.consumed_micros, 0), coalesce(told.consumed_micros, 0)::bigint),
           (3, 'undeducted', coalesce(kept.undeducted_micros, 0), coalesce(told.undeducted_micros, 0)::bigint),
           (4, 'held', coalesce(kept.held_micros, 0), coalesce(held.held_micros, 0)::bigint)
) AS compared (place, term, kept_micros, told_micros)
WHERE kept_micros <> told_micros AND (:account_id IS NULL OR account_id = :account_id)
ORDER BY account_id, sub_account_id, place
LIMIT 10
