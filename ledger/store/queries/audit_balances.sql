-- Books that are not the fold of their postings in the account's currency, and postings to accounts that are not there.
-- Of one account only, when account_id names it.
-- in: as audit_versions
-- out: account_id id, book int64, kept_micros int64, told_micros int64
SELECT *
FROM (
    SELECT account_id, book::bigint, coalesce(kept, 0), coalesce(folded.micros, 0)
    FROM (
        SELECT account.account_id, shelf.book, shelf.kept
        FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
        CROSS JOIN LATERAL (
            VALUES (1, own_micros), (2, transferred_in_micros), (3, refund_credit_micros), (4, unbilled_micros), (5,
                outstanding_micros),
                   (6, revenue_micros), (7, top_up_micros), (8, adjustment_micros)
        ) AS shelf (book, kept)
    ) AS shelf
    FULL JOIN (
        SELECT posting.account_id, posting.book, sum(posting.amount_micros)::bigint AS micros
        FROM (SELECT * FROM posting WHERE company_id = :company_id OFFSET 0) AS posting
        LEFT JOIN (SELECT * FROM entry WHERE company_id = :company_id OFFSET 0) AS entry ON entry.sequence = posting.sequence
        LEFT JOIN (SELECT * FROM account
            WHERE company_id = :company_id OFFSET 0) AS account ON account.account_id = posting.account_id
        WHERE (entry.currency = account.currency) IS NOT FALSE
        GROUP BY posting.account_id, posting.book
    ) AS folded USING (account_id, book)
    WHERE coalesce(kept, 0) <> coalesce(folded.micros, 0)
) AS found (account_id, book, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, book, kept_micros
LIMIT 10
