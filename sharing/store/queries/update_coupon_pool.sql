-- What is left of a pool.
-- in: company_id id, pool_id id, remaining_micros int64
UPDATE coupon_pool SET remaining_micros = :remaining_micros WHERE company_id = :company_id AND pool_id = :pool_id
