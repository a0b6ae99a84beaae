-- Keeps which lots paid for purchases.
-- in: company_ids id[], purchase_sequences int64[], lot_sequences int64[], paid_micros int64[], refunded_micros int64[]
INSERT INTO purchase_lot (company_id, purchase_sequence, lot_sequence, paid_micros, refunded_micros)
SELECT *
FROM unnest(:company_ids, :purchase_sequences, :lot_sequences, :paid_micros, :refunded_micros)
