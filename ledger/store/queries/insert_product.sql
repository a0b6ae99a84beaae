-- Adds a product; nothing when another has its id.
-- in: product_id text, name text, category text, subcategory text, publisher text, create_time time
-- out: product_id text
INSERT INTO product (product_id, name, category, subcategory, publisher, create_time)
VALUES (:product_id, :name, :category, :subcategory, :publisher, :create_time)
ON CONFLICT (product_id) DO NOTHING
RETURNING product_id
