-- Keeps how much of an account's meters was used; the account is held.
-- in: account_id id, sku_ids text[], region_ids text[], period_times time[], quantity_micros int64[]
INSERT INTO meter_period (account_id, sku_id, region_id, period_time, quantity_micros)
SELECT :account_id, sku_id, region_id, period_time, quantity
FROM unnest(:sku_ids, :region_ids, :period_times, :quantity_micros) AS used (sku_id, region_id, period_time, quantity)
ON CONFLICT (account_id, sku_id, region_id, period_time) DO UPDATE SET quantity_micros = excluded.quantity_micros
