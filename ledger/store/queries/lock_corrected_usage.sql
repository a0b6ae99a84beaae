-- Records that others are to take back from, held so that nobody else does meanwhile: in the order given, which is that of their keys, so that who
-- holds several waits in a row. place: which of those asked for, from 1.
-- in: sources text[], record_ids text[]
-- out: place int64, account_id id, sku_id text, region_id text, quantity_micros int64, corrected_micros int64, start_time time, end_time time
SELECT wanted.place, kept.account_id, kept.sku_id, kept.region_id, kept.quantity_micros, kept.corrected_micros, kept.start_time, kept.end_time
FROM unnest(:sources, :record_ids) WITH ORDINALITY AS wanted (source, record_id, place)
CROSS JOIN LATERAL (
    SELECT *
    FROM usage_record
    WHERE usage_record.source = wanted.source AND usage_record.record_id = wanted.record_id
    LIMIT 1
    FOR UPDATE
) AS kept
