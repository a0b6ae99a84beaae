-- Reads the unpaid bills of accounts that pay them, the earliest due first, at most a limit of each.
-- in: company_ids id[], account_ids id[], limit int64
-- out: account_id id, due_time time, sequence int64, owed_micros int64, paid_micros int64
SELECT wanted.account_id, bill.due_time, bill.sequence, bill.owed_micros, bill.paid_micros
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id LIMIT 1
) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM bill
    WHERE bill.company_id = account.company_id AND bill.account_id = account.account_id
        AND bill.due_time >= account.earliest_due_time
      AND bill.paid_micros < bill.owed_micros
    ORDER BY bill.due_time, bill.sequence
    LIMIT :limit
) AS bill
ORDER BY wanted.account_id, bill.due_time, bill.sequence
