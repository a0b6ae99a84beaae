-- Keeps which lots paid for purchases.
INSERT INTO purchase_lot (company_id, purchase_sequence, lot_sequence, paid_micros, refunded_micros)
SELECT *
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
