-- Each asset that was considered for pieces of usage, in the order of serving; at most 2,000 a piece.
-- in: as read_usage_pieces
-- out: piece_id id, place int64, asset_id id, kind int64, quantity_micros int64, used_micros int64, reason text
SELECT asked.piece_id, place, asset_id, kind, quantity_micros, used_micros, reason
FROM unnest(:piece_ids) AS asked (piece_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM coverage
    WHERE company_id = :company_id AND coverage.piece_id = asked.piece_id
    ORDER BY place
    LIMIT 2000
) AS coverage
ORDER BY asked.piece_id, place
