-- Reads purchases by their place in the company's chain.
-- in: company_ids id[], sequences int64[]
-- out: company_id id, account_id id, sequence int64, amount_micros int64, paid_transferred_in_micros int64, paid_own_micros int64,
-- out: paid_refund_credit_micros int64, paid_credit_micros int64, refunded_transferred_in_micros int64, refunded_own_micros int64,
-- out: refunded_refund_credit_micros int64, refunded_credit_micros int64, recorded_time time
SELECT purchase.company_id, purchase.account_id, purchase.sequence, purchase.amount_micros,
       purchase.paid_transferred_in_micros, purchase.paid_own_micros, purchase.paid_refund_credit_micros,
           purchase.paid_credit_micros,
       purchase.refunded_transferred_in_micros, purchase.refunded_own_micros, purchase.refunded_refund_credit_micros,
           purchase.refunded_credit_micros,
       purchase.recorded_time
FROM unnest(:company_ids, :sequences) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT * FROM purchase WHERE purchase.company_id = wanted.company_id AND purchase.sequence = wanted.sequence LIMIT 1
) AS purchase
