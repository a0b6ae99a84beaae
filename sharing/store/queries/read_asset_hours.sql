-- What is used of an hour of assets; one without a row was not used.
-- in: some of lock_asset_hours
-- out: as lock_asset_hours
SELECT asset_id, used_micros
FROM asset_hour
WHERE (company_id, asset_id) IN (SELECT * FROM unnest(:company_ids, :asset_ids)) AND hour_time = :hour_time
