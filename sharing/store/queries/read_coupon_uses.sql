-- Each coupon that was considered for a line, in the order of paying.
-- in: as lock_coupon_line
-- out: place int64, asset_id id, used_micros int64, returned_micros int64, reason text
SELECT place, asset_id, used_micros, returned_micros, reason
FROM coupon_use
WHERE company_id = :company_id AND line_id = :line_id
ORDER BY place
LIMIT 200
