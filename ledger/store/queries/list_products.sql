-- A page of products by their ids, those that are retired only if wanted.
-- in: after_id text, with_ended bool, limit int64
-- out: as lock_product
SELECT product_id, name, category, subcategory, publisher, create_time, retire_time FROM product
WHERE product_id > :after_id AND (:with_ended OR retire_time IS NULL)
ORDER BY product_id LIMIT :limit
