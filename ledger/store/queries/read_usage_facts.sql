-- What is known of records that are told: whether each was told before, and of its account, SKU and region. place: which of those asked for,
-- from 1. An account counts where it is booked now.
-- in: sources text[], record_ids text[], account_ids id[], sku_ids text[], region_ids text[]
-- out: place int64, line_id id?, digest bytes?, company_id id?, state int64?, has_sku bool, has_region bool
SELECT told.place, known.line_id, known.digest, account.company_id, account.state::bigint,
       sku.sku_id IS NOT NULL AS has_sku, region.region_id IS NOT NULL AS has_region
FROM unnest(:sources, :record_ids, :account_ids, :sku_ids, :region_ids) WITH ORDINALITY
     AS told (source, record_id, account_id, sku_id, region_id, place)
LEFT JOIN LATERAL (
    SELECT line_id, digest FROM usage_record WHERE usage_record.source = told.source AND usage_record.record_id = told.record_id LIMIT 1
) AS known ON true
LEFT JOIN LATERAL (
    SELECT company_id, state FROM account WHERE account.account_id = told.account_id AND moved_time IS NULL LIMIT 1
) AS account ON true
LEFT JOIN LATERAL (SELECT sku_id FROM sku WHERE sku.sku_id = told.sku_id LIMIT 1) AS sku ON true
LEFT JOIN LATERAL (SELECT region_id FROM region WHERE region.region_id = told.region_id LIMIT 1) AS region ON true
ORDER BY told.place
