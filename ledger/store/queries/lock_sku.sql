-- A SKU, held so that it is retired once.
-- in: sku_id text
-- out: sku_id text, product_id text, meter text, unit text, tax_category text, create_time time, retire_time time?
SELECT sku_id, product_id, meter, unit, tax_category, create_time, retire_time FROM sku WHERE sku_id = :sku_id FOR UPDATE
