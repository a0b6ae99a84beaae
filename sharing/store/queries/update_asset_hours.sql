-- Keeps what is used of an hour of assets.
-- in: company_ids id[], asset_ids id[], hour_time time, used_micros int64[]
UPDATE asset_hour SET used_micros = new.used_micros
FROM unnest(:company_ids, :asset_ids, :used_micros) AS new (company_id, asset_id, used_micros)
WHERE asset_hour.company_id = new.company_id AND asset_hour.asset_id = new.asset_id AND asset_hour.hour_time = :hour_time
