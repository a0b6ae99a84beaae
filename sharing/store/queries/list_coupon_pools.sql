-- The pools meant for an enterprise management account; others are not listed (SHR-16).
SELECT account_id, target, currency, total_micros, remaining_micros, array_to_string(products, ','), array_to_string(bill_types, ','), expire_time, pool_id
FROM coupon_pool WHERE company_id = $1::uuid AND account_id = $2::uuid AND target = $3::bigint AND pool_id < $4::uuid
ORDER BY pool_id DESC LIMIT $5::bigint
