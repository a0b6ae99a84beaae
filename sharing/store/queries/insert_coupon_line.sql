-- Keeps a line of usage that coupons are asked for; one that is there stays.
-- in: company_id id, line_id id, account_id id, usage_time time, product text, bill_type text, region text, amount_micros int64, currency text
-- out: line_id id
INSERT INTO coupon_line (company_id, line_id, account_id, usage_time, product, bill_type, region, amount_micros, currency)
VALUES (:company_id, :line_id, :account_id, :usage_time, :product, :bill_type, :region, :amount_micros, :currency)
ON CONFLICT (company_id, line_id) DO NOTHING
RETURNING line_id
