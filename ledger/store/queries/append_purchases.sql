-- Keeps purchases.
INSERT INTO purchase (company_id, sequence, account_id, amount_micros,
                      paid_transferred_in_micros, paid_own_micros, paid_refund_credit_micros, paid_credit_micros,
                      refunded_transferred_in_micros, refunded_own_micros, refunded_refund_credit_micros, refunded_credit_micros,
                      recorded_time)
SELECT *
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::timestamptz[])
