-- Keeps from which lots a revoke took what it sends.
-- in: transit_ids id[], lot_sequences int64[], micros int64[]
INSERT INTO transit_lot (transit_id, lot_sequence, micros)
SELECT *
FROM unnest(:transit_ids, :lot_sequences, :micros)
