       kept.line_id, kept.account_id, sku.product_id, sku.unit, kept.sku_id, kept.region_id, kept.resource_id, kept.quantity_micros,
       kept.corrected_micros, kept.start_time, kept.end_time, kept.tags, kept.remark, kept.source, kept.record_id, kept.corrected_id,
       kept.record_time, CASE kept.state WHEN 1 THEN 1 WHEN 3 THEN 2 ELSE CASE fold.state WHEN 1 THEN 3 WHEN 3 THEN 5 ELSE 4 END END::bigint AS line_state,
       coalesce(kept.parked_reason, fold.reason) AS reason, kept.period_time, kept.currency, kept.price_id, kept.price_book_id, kept.used_micros,
       kept.covered_micros, kept.list_micros, kept.discount_micros, kept.contracted_micros, kept.coupon_micros, kept.net_micros, fold.entry_id
