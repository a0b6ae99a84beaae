-- Takes a pool for a change: what is left of it is counted one after the other (SHR-15).
-- in: company_id id, pool_id id
-- out: account_id id, target int64, currency text, total_micros int64, remaining_micros int64, products text, bill_types text,
-- out: expire_time time, pool_id id
SELECT account_id, target, currency, total_micros, remaining_micros, array_to_string(products, ',') AS products,
    array_to_string(bill_types, ',') AS bill_types, expire_time, pool_id
FROM coupon_pool WHERE company_id = :company_id AND pool_id = :pool_id FOR UPDATE
