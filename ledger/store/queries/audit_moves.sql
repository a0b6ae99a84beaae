-- Accounts that left a chain with entries, or came into one, whose two entries do not carry the same, book by book and in all (settled 11): the
-- last of the chain that was left, and that with which the other row began. Such an entry of which no row tells was made up.
-- Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
WITH own AS MATERIALIZED (
    SELECT account_id, number, moved_time, moved_in_sequence
    FROM account
    WHERE company_id = :company_id AND (:account_id IS NULL OR account_id = :account_id)
),
move AS MATERIALIZED (
    SELECT own.number AS account, CASE WHEN own.moved_time IS NULL THEN own.moved_in_sequence ELSE here.length END AS sequence, other.chain,
           CASE WHEN own.moved_time IS NULL OR (own.moved_in_sequence IS NULL AND own.moved_time = here.recorded_time) THEN other.sequence END
               AS other_sequence
    FROM (SELECT * FROM own WHERE moved_time IS NOT NULL OR moved_in_sequence IS NOT NULL) AS own
    LEFT JOIN LATERAL (SELECT length, recorded_time FROM chain WHERE company_id = :company_id LIMIT 1) AS here ON true
    LEFT JOIN LATERAL (
        SELECT company_id, moved_in_sequence FROM account WHERE account.account_id = own.account_id AND account.number <> own.number LIMIT 1
    ) AS there ON true
    LEFT JOIN LATERAL (
        SELECT number AS chain, CASE WHEN own.moved_time IS NULL THEN length ELSE there.moved_in_sequence END AS sequence
        FROM chain
        WHERE chain.company_id = there.company_id
        LIMIT 1
    ) AS other ON true
),
side AS MATERIALIZED (
    SELECT account, sequence, true AS is_told, :chain::integer AS chain, sequence AS place
    FROM (SELECT account, sequence FROM entry WHERE chain = :chain AND kind IN (40, 41) OFFSET 0) AS entry
    UNION ALL
    SELECT account, sequence, false, chain, other_sequence FROM move
)
SELECT own.account_id, coalesce(found.kept_micros, 0)::bigint AS kept_micros, coalesce(found.told_micros, 0)::bigint AS told_micros
FROM (
    SELECT side.account, side.sequence, leg.book, -sum(leg.micros) FILTER (WHERE NOT is_told) AS kept_micros,
           sum(leg.micros) FILTER (WHERE is_told) AS told_micros
    FROM side
    LEFT JOIN LATERAL (
        SELECT * FROM entry WHERE entry.chain = side.chain AND entry.sequence = side.place AND entry.kind IN (40, 41) LIMIT 1
    ) AS entry ON true
    LEFT JOIN LATERAL (
        SELECT 0 AS book, CASE WHEN entry.kind = 40 THEN entry.amount_micros ELSE -entry.amount_micros END AS micros -- in all
        WHERE entry.kind IS NOT NULL
        UNION ALL
        SELECT entry.book, entry.change_micros WHERE entry.book > 0
        UNION ALL
        SELECT entry.other_book, -entry.change_micros WHERE entry.book > 0
        UNION ALL
        SELECT posting.book, posting.amount_micros
        FROM unnest(CASE WHEN entry.book < 0 THEN ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9] END) AS shelf (book)
        CROSS JOIN LATERAL (
            SELECT *
            FROM posting
            WHERE posting.account = entry.account AND posting.book = shelf.book AND posting.sequence = entry.sequence
            LIMIT 1
        ) AS posting
    ) AS leg ON true
    GROUP BY side.account, side.sequence, leg.book
) AS found
JOIN own ON own.number = found.account
WHERE found.book IS NULL OR found.kept_micros IS DISTINCT FROM found.told_micros
ORDER BY own.account_id, kept_micros, told_micros
LIMIT 10
