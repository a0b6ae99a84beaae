-- Keeps what was refunded of purchases.
UPDATE purchase
SET refunded_transferred_in_micros = new.transferred_in_micros, refunded_own_micros = new.own_micros,
    refunded_refund_credit_micros = new.refund_credit_micros, refunded_credit_micros = new.credit_micros
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS new (company_id, sequence, transferred_in_micros, own_micros, refund_credit_micros, credit_micros)
WHERE purchase.company_id = new.company_id AND purchase.sequence = new.sequence
