-- Takes a pool for a change: what is left of it is counted one after the other (SHR-15).
SELECT account_id, target, currency, total_micros, remaining_micros, array_to_string(products, ','), array_to_string(bill_types, ','), expire_time
FROM coupon_pool WHERE company_id = $1::uuid AND pool_id = $2::uuid FOR UPDATE
