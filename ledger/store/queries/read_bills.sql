-- Reads the unpaid bills of accounts that pay them, the earliest due first, at most $3 of each.
SELECT wanted.account_id, bill.due_time, bill.sequence, bill.owed_micros, bill.paid_micros
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id LIMIT 1
) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM bill
    WHERE bill.company_id = account.company_id AND bill.account_id = account.account_id AND bill.due_time >= account.earliest_due_time
      AND bill.paid_micros < bill.owed_micros
    ORDER BY bill.due_time, bill.sequence
    LIMIT $3
) AS bill
ORDER BY wanted.account_id, bill.due_time, bill.sequence
