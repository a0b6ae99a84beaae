-- The pools meant for an enterprise management account; others are not listed (SHR-16).
-- in: company_id id, account_id id, target int64, before_id id, limit int64
-- out: as lock_coupon_pool
SELECT account_id, target, currency, total_micros, remaining_micros, array_to_string(products, ',') AS products,
    array_to_string(bill_types, ',') AS bill_types, expire_time, pool_id
FROM coupon_pool WHERE company_id = :company_id AND account_id = :account_id AND target = :target AND pool_id < :before_id
ORDER BY pool_id DESC LIMIT :limit
