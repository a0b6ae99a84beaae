-- Accounts whose unpaid bills are not what the book outstanding says, or whose earliest due time is not that of their unpaid bills (D.8), and
-- bills that are not what their entry left outstanding. When a bill is due, no entry says.
-- Of one account only, when account_id names it.
-- in: as audit_postings
-- out: account_id id, kept_micros int64, told_micros int64
SELECT *
FROM (
    SELECT account.account_id, -account.outstanding_micros, coalesce(sum(bill.owed_micros - bill.paid_micros), 0)::bigint
    FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
    LEFT JOIN (SELECT * FROM bill WHERE company_id = :company_id OFFSET 0) AS bill ON bill.account_id = account.account_id
    GROUP BY account.account_id, account.outstanding_micros, account.earliest_due_time
    HAVING -account.outstanding_micros <> coalesce(sum(bill.owed_micros - bill.paid_micros), 0)
        OR account.earliest_due_time IS DISTINCT FROM min(bill.due_time) FILTER (WHERE bill.owed_micros > bill.paid_micros)
    UNION ALL
    SELECT account_id, coalesce(bill.owed_micros, 0), coalesce(-told.amount_micros, 0)
    FROM (SELECT * FROM bill WHERE company_id = :company_id OFFSET 0) AS bill
    FULL JOIN (
        SELECT account.account_id, leg.sequence, leg.amount_micros
        FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
        CROSS JOIN LATERAL (
            SELECT chain, sequence, change_micros AS amount_micros
            FROM entry
            WHERE entry.account = account.number AND entry.book = 5
            UNION ALL
            SELECT chain, sequence, -change_micros
            FROM entry
            WHERE entry.other_account = account.number AND entry.other_book = 5
            UNION ALL
            SELECT chain, sequence, amount_micros
            FROM posting
            WHERE posting.account = account.number AND posting.book = 5
            OFFSET 0
        ) AS leg
        WHERE leg.chain = :chain AND leg.amount_micros < 0
    ) AS told USING (account_id, sequence)
    WHERE bill.owed_micros IS DISTINCT FROM -told.amount_micros
) AS found (account_id, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, kept_micros, told_micros
LIMIT 10
