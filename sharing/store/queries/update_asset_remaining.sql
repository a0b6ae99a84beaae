-- What is left of a coupon, and whether it was revoked.
UPDATE asset SET remaining_micros = $3::bigint, revoked_time = $4::timestamptz WHERE company_id = $1::uuid AND asset_id = $2::uuid
