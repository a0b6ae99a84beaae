-- An account's records that wait, in the order in which they were taken.
-- in: account_id id, limit int64
-- out: source text, record_id text, line_id id, sku_id text, region_id text, quantity_micros int64, start_time time
SELECT source, record_id, line_id, sku_id, region_id, quantity_micros, start_time
FROM usage_record
WHERE account_id = :account_id AND state = 1
ORDER BY line_id
LIMIT :limit
