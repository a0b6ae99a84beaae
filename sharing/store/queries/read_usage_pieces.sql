-- Which pieces of usage were asked about before.
-- in: company_id id, piece_ids id[]
-- out: piece_id id
SELECT piece_id FROM usage_piece WHERE company_id = :company_id AND piece_id = ANY (:piece_ids)
