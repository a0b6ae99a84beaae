CROSS JOIN LATERAL (SELECT product_id, unit FROM sku WHERE sku.sku_id = kept.sku_id LIMIT 1) AS sku
LEFT JOIN LATERAL (SELECT state, reason, entry_id FROM usage_fold WHERE usage_fold.fold_id = kept.fold_id LIMIT 1) AS fold ON true
