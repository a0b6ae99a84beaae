-- Keeps records. Fewer than were given, when others were first with some of their ids: then nothing of it may stand.
-- in: sources text[], record_ids text[], line_ids id[], account_ids id[], quantity_micros int64[], start_times time[], end_times time[],
-- in: record_time time, sku_ids text[], region_ids text[], resource_ids text[], corrected_ids text[], tags text[], remarks text[],
-- in: digests bytes[]
INSERT INTO usage_record (source, record_id, line_id, account_id, quantity_micros, start_time, end_time, record_time, sku_id, region_id,
                          resource_id, corrected_id, tags, remark, digest)
SELECT source, record_id, line_id, account_id, quantity, start_time, end_time, :record_time, sku_id, region_id, resource_id,
       corrected_id, tags, remark, digest
FROM unnest(:sources, :record_ids, :line_ids, :account_ids, :quantity_micros, :start_times, :end_times, :sku_ids, :region_ids, :resource_ids,
            :corrected_ids, :tags, :remarks, :digests)
     AS told (source, record_id, line_id, account_id, quantity, start_time, end_time, sku_id, region_id, resource_id, corrected_id, tags,
              remark, digest)
ORDER BY source, record_id
ON CONFLICT (source, record_id) DO NOTHING
