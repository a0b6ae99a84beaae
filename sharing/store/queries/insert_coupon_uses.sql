-- Keeps how coupons pay for a line, or how much of it was taken back.
-- in: company_id id, line_id id, places int64[], asset_ids id[], used_micros int64[], returned_micros int64[], reasons text[]
INSERT INTO coupon_use (company_id, line_id, place, asset_id, used_micros, returned_micros, reason)
SELECT :company_id, :line_id, new.*
FROM unnest(:places, :asset_ids, :used_micros, :returned_micros, :reasons) AS new
ON CONFLICT (company_id, line_id, place) DO UPDATE SET returned_micros = excluded.returned_micros
