-- Whether a product and a region are offered, and how many resources of an account are not released.
-- in: product_id text, region_id text, account_id id
-- out: has_product bool, has_region bool, count int64
SELECT EXISTS (SELECT FROM product WHERE product_id = :product_id AND retire_time IS NULL) AS has_product,
       EXISTS (SELECT FROM region WHERE region_id = :region_id AND retire_time IS NULL) AS has_region,
       (SELECT count(*) FROM resource WHERE account_id = :account_id AND state <> 4) AS count
