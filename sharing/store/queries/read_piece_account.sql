-- Whose a piece of usage is.
-- in: company_id id, line_id id
-- out: account_id id
SELECT account_id FROM usage_piece WHERE company_id = :company_id AND piece_id = :line_id
