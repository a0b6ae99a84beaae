-- Retires a SKU, which is held.
-- in: sku_id text, retire_time time
UPDATE sku SET retire_time = :retire_time WHERE sku_id = :sku_id
