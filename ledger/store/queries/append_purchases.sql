-- Keeps purchases.
-- in: company_ids id[], sequences int64[], account_ids id[], amount_micros int64[], paid_transferred_in_micros int64[],
-- in: paid_own_micros int64[], paid_refund_credit_micros int64[], paid_credit_micros int64[],
-- in: refunded_transferred_in_micros int64[], refunded_own_micros int64[], refunded_refund_credit_micros int64[],
-- in: refunded_credit_micros int64[], recorded_times time[]
INSERT INTO purchase (company_id, sequence, account_id, amount_micros,
                      paid_transferred_in_micros, paid_own_micros, paid_refund_credit_micros, paid_credit_micros,
                      refunded_transferred_in_micros, refunded_own_micros, refunded_refund_credit_micros, refunded_credit_micros,
                      recorded_time)
SELECT *
FROM unnest(:company_ids, :sequences, :account_ids, :amount_micros, :paid_transferred_in_micros, :paid_own_micros,
    :paid_refund_credit_micros, :paid_credit_micros,
            :refunded_transferred_in_micros, :refunded_own_micros, :refunded_refund_credit_micros, :refunded_credit_micros,
                :recorded_times)
