-- A record and what it became. line_state: 1 recorded, 2 parked, 3 rated, 4 booked, 5 refused.
-- in: source text, record_id text
-- out: line_id id, account_id id, product_id text, unit text, sku_id text, region_id text, resource_id text, quantity_micros int64,
-- out: corrected_micros int64, start_time time, end_time time, tags text, remark text, source text, record_id text, corrected_id text?,
-- out: record_time time, line_state int64, reason text?, period_time time?, currency text?, price_id id?, price_book_id text?,
-- out: used_micros int64?, covered_micros int64?, list_micros int64?, discount_micros int64?, contracted_micros int64?,
-- out: coupon_micros int64?, net_micros int64?, entry_id id?
SELECT
-- part: usage_line_columns
FROM usage_record AS kept
-- part: usage_line
WHERE kept.source = :source AND kept.record_id = :record_id
