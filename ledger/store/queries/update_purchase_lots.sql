-- Keeps what was refunded to lots.
UPDATE purchase_lot
SET refunded_micros = new.refunded_micros
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) AS new (company_id, purchase_sequence, lot_sequence, refunded_micros)
WHERE purchase_lot.company_id = new.company_id AND purchase_lot.purchase_sequence = new.purchase_sequence
  AND purchase_lot.lot_sequence = new.lot_sequence
