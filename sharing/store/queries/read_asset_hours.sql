-- How much is used of an hour of assets; one without a row was not used.
-- in: some of lock_asset_hours
-- out: as lock_asset_hours
SELECT asked.asset_id, used_micros
FROM unnest(:company_ids, :asset_ids) AS asked (company_id, asset_id)
CROSS JOIN LATERAL (
    SELECT used_micros
    FROM asset_hour
    WHERE asset_hour.company_id = asked.company_id AND asset_hour.asset_id = asked.asset_id AND hour_time = :hour_time
    LIMIT 1
) AS asset_hour
