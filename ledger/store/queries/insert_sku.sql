-- Adds a SKU; nothing when another has its id.
-- in: sku_id text, product_id text, meter text, unit text, tax_category text, create_time time
-- out: sku_id text
INSERT INTO sku (sku_id, product_id, meter, unit, tax_category, create_time)
VALUES (:sku_id, :product_id, :meter, :unit, :tax_category, :create_time)
ON CONFLICT (sku_id) DO NOTHING
RETURNING sku_id
