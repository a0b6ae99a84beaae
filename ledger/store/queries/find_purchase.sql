-- Reads one purchase with what was remarked, the account's currency and on whose behalf it was made.
-- in: company_id id, sequence int64, account_id id
-- out: amount_micros int64, paid_transferred_in_micros int64, paid_own_micros int64, paid_refund_credit_micros int64,
-- out: paid_credit_micros int64, refunded_transferred_in_micros int64, refunded_own_micros int64,
-- out: refunded_refund_credit_micros int64, refunded_credit_micros int64, recorded_time time, currency text, remark text,
-- out: tag text, counterparty_id id?
SELECT purchase.amount_micros, paid_transferred_in_micros, paid_own_micros, paid_refund_credit_micros, paid_credit_micros,
       refunded_transferred_in_micros, refunded_own_micros, refunded_refund_credit_micros, refunded_credit_micros,
       purchase.recorded_time, entry.currency, entry.remark, entry.tag, entry.sub_account_id AS counterparty_id
FROM (
    SELECT * FROM purchase WHERE company_id = :company_id AND sequence = :sequence AND account_id = :account_id LIMIT 1
) AS purchase
CROSS JOIN LATERAL (SELECT number FROM chain WHERE chain.company_id = purchase.company_id LIMIT 1) AS chain
CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE entry.chain = chain.number AND entry.sequence = purchase.sequence LIMIT 1
) AS entry
