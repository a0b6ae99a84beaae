-- Which pieces of usage were asked about before.
-- in: company_id id, piece_ids id[]
-- out: piece_id id
SELECT asked.piece_id
FROM unnest(:piece_ids) AS asked (piece_id)
CROSS JOIN LATERAL (SELECT FROM usage_piece WHERE company_id = :company_id AND usage_piece.piece_id = asked.piece_id LIMIT 1) AS piece
