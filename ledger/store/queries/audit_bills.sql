-- Accounts whose unpaid bills are not what the book outstanding says.
SELECT account.account_id, -account.outstanding_micros, coalesce(sum(bill.owed_micros - bill.paid_micros), 0)::bigint
FROM account
LEFT JOIN bill ON bill.company_id = $1 AND bill.account_id = account.account_id
WHERE account.company_id = $1
GROUP BY account.account_id, account.outstanding_micros
HAVING -account.outstanding_micros <> coalesce(sum(bill.owed_micros - bill.paid_micros), 0)
ORDER BY account.account_id
LIMIT 10
