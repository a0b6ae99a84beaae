-- Books that are not the fold of their postings.
SELECT account.account_id, shelf.book::bigint, shelf.kept, coalesce(folded.micros, 0)
FROM account
CROSS JOIN LATERAL (
    VALUES (1, own_micros), (2, transferred_in_micros), (3, refund_credit_micros), (4, unbilled_micros), (5, outstanding_micros),
           (6, revenue_micros), (7, top_up_micros), (8, adjustment_micros)
) AS shelf (book, kept)
LEFT JOIN (
    SELECT account_id, book, sum(amount_micros)::bigint AS micros
    FROM posting
    WHERE company_id = $1
    GROUP BY account_id, book
) AS folded ON folded.account_id = account.account_id AND folded.book = shelf.book
WHERE account.company_id = $1 AND shelf.kept <> coalesce(folded.micros, 0)
ORDER BY account.account_id, shelf.book
LIMIT 10
