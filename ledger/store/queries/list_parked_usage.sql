-- Records that are parked, of all accounts, the oldest first.
-- in: after_id id, limit int64
-- out: as read_usage_record
SELECT line_id, account_id, product_id, unit, sku_id, region_id, resource_id, quantity_micros, corrected_micros, start_time, end_time, tags, remark,
       source, record_id, corrected_id, record_time, line_state::bigint, reason, period_time, currency, price_id, price_book_id, used_micros,
       covered_micros, list_micros, discount_micros, contracted_micros, coupon_micros, net_micros, entry_id
FROM (
    SELECT * FROM usage_line WHERE usage_line.state = 3 AND line_id > :after_id ORDER BY line_id LIMIT :limit
) AS parked
ORDER BY line_id
