-- Retires a product, which is held.
-- in: product_id text, retire_time time
UPDATE product SET retire_time = :retire_time WHERE product_id = :product_id
