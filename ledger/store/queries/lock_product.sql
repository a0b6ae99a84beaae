-- A product, held so that it is retired once.
-- in: product_id text
-- out: product_id text, name text, category text, subcategory text, publisher text, create_time time, retire_time time?
SELECT product_id, name, category, subcategory, publisher, create_time, retire_time FROM product WHERE product_id = :product_id FOR UPDATE
