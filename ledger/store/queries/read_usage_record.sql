-- A record and what it became.
-- in: source text, record_id text
-- out: line_id id, account_id id, product_id text, unit text, sku_id text, region_id text, resource_id text, quantity_micros int64,
-- out: corrected_micros int64, start_time time, end_time time, tags text, remark text, source text, record_id text, corrected_id text?,
-- out: record_time time, line_state int64, reason text?, period_time time?, currency text?, price_id id?, price_book_id text?,
-- out: used_micros int64?, covered_micros int64?, list_micros int64?, discount_micros int64?, contracted_micros int64?,
-- out: coupon_micros int64?, net_micros int64?, entry_id id?
SELECT line_id, account_id, product_id, unit, sku_id, region_id, resource_id, quantity_micros, corrected_micros, start_time, end_time, tags, remark,
       source, record_id, corrected_id, record_time, line_state::bigint, reason, period_time, currency, price_id, price_book_id, used_micros,
       covered_micros, list_micros, discount_micros, contracted_micros, coupon_micros, net_micros, entry_id
FROM usage_line
WHERE source = :source AND record_id = :record_id
