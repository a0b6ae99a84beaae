-- Reads purchases by their place in the company's chain.
SELECT purchase.company_id, purchase.account_id, purchase.sequence, purchase.amount_micros,
       purchase.paid_transferred_in_micros, purchase.paid_own_micros, purchase.paid_refund_credit_micros, purchase.paid_credit_micros,
       purchase.refunded_transferred_in_micros, purchase.refunded_own_micros, purchase.refunded_refund_credit_micros, purchase.refunded_credit_micros,
       purchase.recorded_time
FROM unnest($1::uuid[], $2::bigint[]) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT * FROM purchase WHERE purchase.company_id = wanted.company_id AND purchase.sequence = wanted.sequence LIMIT 1
) AS purchase
