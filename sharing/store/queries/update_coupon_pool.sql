-- What is left of a pool.
UPDATE coupon_pool SET remaining_micros = $3::bigint WHERE company_id = $1::uuid AND pool_id = $2::uuid
