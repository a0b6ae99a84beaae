-- Whose a line that coupons were asked for is.
-- in: as read_piece_account
-- out: as read_piece_account
SELECT account_id FROM coupon_line WHERE company_id = :company_id AND line_id = :line_id
