-- A record and what it became.
-- in: source text, record_id text
-- out: line_id id, account_id id, product_id text, unit text, sku_id text, region_id text, resource_id text, quantity_micros int64,
-- out: corrected_micros int64, start_time time, end_time time, tags text, remark text, source text, record_id text, corrected_id text?,
-- out: record_time time
SELECT line_id, account_id, product_id, unit, usage_record.sku_id, region_id, resource_id, quantity_micros, corrected_micros, start_time, end_time,
       tags, remark, source, record_id, corrected_id, record_time
FROM usage_record
CROSS JOIN LATERAL (SELECT product_id, unit FROM sku WHERE sku.sku_id = usage_record.sku_id LIMIT 1) AS sku
WHERE source = :source AND record_id = :record_id
