-- What was considered for pieces of usage, in the order of serving.
-- in: as read_usage_pieces
-- out: piece_id id, place int64, asset_id id, kind int64, quantity_micros int64, used_micros int64, reason text
SELECT piece_id, place, asset_id, kind, quantity_micros, used_micros, reason
FROM coverage
WHERE company_id = :company_id AND piece_id = ANY (:piece_ids)
ORDER BY piece_id, place
