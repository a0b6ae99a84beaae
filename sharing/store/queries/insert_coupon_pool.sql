-- A new pool; its scope never changes (SHR-14).
INSERT INTO coupon_pool (company_id, pool_id, account_id, target, currency, total_micros, remaining_micros, products, bill_types, expire_time, created_time)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::text, $6::bigint, $6::bigint, $7::text[], $8::text[], $9::timestamptz, $10::timestamptz)
