-- A resource, held until it is changed.
-- in: source text, resource_id text
-- out: registration_id id, source text, resource_id text, account_id id, product_id text, region_id text, kind int64, state int64, version int64,
-- out: charges_from_creation bool, stopped_meters text, start_time time?, end_time time?, auto_renew bool, create_time time, change_time time
SELECT registration_id, source, resource_id, account_id, product_id, region_id, kind::bigint, state::bigint, version, charges_from_creation,
       stopped_meters, start_time, end_time, auto_renew, create_time, change_time
FROM resource
WHERE source = :source AND resource_id = :resource_id
FOR UPDATE
