-- Reads one purchase with what was remarked, the account's currency and on whose behalf it was made.
SELECT purchase.amount_micros, paid_transferred_in_micros, paid_own_micros, paid_refund_credit_micros, paid_credit_micros,
       refunded_transferred_in_micros, refunded_own_micros, refunded_refund_credit_micros, refunded_credit_micros, purchase.recorded_time,
       entry.currency, entry.remark, entry.tag, entry.counterparty_id
FROM purchase
JOIN entry USING (company_id, sequence)
WHERE purchase.company_id = $1 AND purchase.sequence = $2 AND purchase.account_id = $3
