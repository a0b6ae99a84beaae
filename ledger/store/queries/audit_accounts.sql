-- Accounts of a company with what the audit folds again, by their ids.
-- in: company_id id, after_id id, account_id id?, limit int64
-- out: account_id id, currency text, version int64, own_micros int64, transferred_in_micros int64, refund_credit_micros int64,
-- out: unbilled_micros int64, outstanding_micros int64, revenue_micros int64, top_up_micros int64, adjustment_micros int64, clearing_micros int64,
-- out: lot_first int64, lots int64, number int64
SELECT account_id, currency,
       version - coalesce((SELECT version FROM account AS left_behind
                           WHERE left_behind.company_id = account.opened_in_id AND left_behind.account_id = account.account_id LIMIT 1), 0) AS version,
       own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
       revenue_micros, top_up_micros, adjustment_micros, clearing_micros, lot_first,
       (SELECT count(*) FROM lot WHERE lot.account = account.number) AS lots, number::bigint
FROM account
WHERE company_id = :company_id AND account_id > :after_id AND (:account_id IS NULL OR account_id = :account_id)
ORDER BY account_id
LIMIT :limit
