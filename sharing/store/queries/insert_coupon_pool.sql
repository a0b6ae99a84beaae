-- A new pool; its scope never changes (SHR-14).
-- in: company_id id, pool_id id, account_id id, target int64, currency text, total_micros int64, products text[],
-- in: bill_types text[], expire_time time, created_time time
INSERT INTO coupon_pool (company_id, pool_id, account_id, target, currency, total_micros, remaining_micros, products,
    bill_types, expire_time, created_time)
VALUES (:company_id, :pool_id, :account_id, :target, :currency, :total_micros, :total_micros, :products, :bill_types,
    :expire_time, :created_time)
