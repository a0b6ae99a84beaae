-- Accounts whose unpaid bills are not what the book outstanding says, or whose earliest due time is not that of their unpaid bills (D.8).
SELECT account.account_id, -account.outstanding_micros, coalesce(sum(bill.owed_micros - bill.paid_micros), 0)::bigint
FROM account
LEFT JOIN bill ON bill.company_id = $1 AND bill.account_id = account.account_id
WHERE account.company_id = $1
GROUP BY account.account_id, account.outstanding_micros, account.earliest_due_time
HAVING -account.outstanding_micros <> coalesce(sum(bill.owed_micros - bill.paid_micros), 0)
    OR account.earliest_due_time IS DISTINCT FROM min(bill.due_time) FILTER (WHERE bill.owed_micros > bill.paid_micros)
ORDER BY account.account_id
LIMIT 10
