-- A resource.
-- in: source text, resource_id text
-- out: as lock_resource
SELECT registration_id, source, resource_id, account_id, product_id, region_id, kind::bigint, state::bigint, version, charges_from_creation,
       stopped_meters, start_time, end_time, auto_renew, create_time, change_time
FROM resource
WHERE source = :source AND resource_id = :resource_id
