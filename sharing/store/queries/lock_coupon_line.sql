-- Takes a line of usage that coupons were asked for: its refunds come one after the other.
-- in: company_id id, line_id id
-- out: line_id id
SELECT line_id FROM coupon_line WHERE company_id = :company_id AND line_id = :line_id FOR UPDATE
