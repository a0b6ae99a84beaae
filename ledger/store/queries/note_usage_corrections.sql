-- Notes how much of records others have taken back; they are held, and each is changed where it lies.
-- in: sources text[], record_ids text[], corrected_micros int64[]
-- out: changed_all int64
WITH changed AS (
    UPDATE usage_record
    SET corrected_micros = taken.corrected
    FROM unnest(:sources, :record_ids, :corrected_micros) AS taken (source, record_id, corrected)
    CROSS JOIN LATERAL (
        SELECT ctid FROM usage_record AS kept WHERE kept.source = taken.source AND kept.record_id = taken.record_id LIMIT 1
    ) AS place
    WHERE usage_record.ctid = place.ctid
    RETURNING 1
)
SELECT 1::bigint / ((SELECT count(*) FROM changed) = cardinality(:sources))::integer AS changed_all
