-- A page of SKUs by their ids, those that are retired only if wanted, of one product if it is named.
-- in: product_id text, after_id text, with_ended bool, limit int64
-- out: as lock_sku
SELECT sku_id, product_id, meter, unit, tax_category, create_time, retire_time FROM sku
WHERE sku_id > :after_id AND (:with_ended OR retire_time IS NULL) AND (:product_id = '' OR product_id = :product_id)
ORDER BY sku_id LIMIT :limit
