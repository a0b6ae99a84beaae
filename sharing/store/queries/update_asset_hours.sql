-- Keeps how much is used of an hour of assets, which were taken.
-- in: company_ids id[], asset_ids id[], hour_time time, used_micros int64[]
INSERT INTO asset_hour (company_id, asset_id, hour_time, used_micros)
SELECT new.company_id, new.asset_id, :hour_time, new.used_micros
FROM unnest(:company_ids, :asset_ids, :used_micros) AS new (company_id, asset_id, used_micros)
ON CONFLICT (company_id, asset_id, hour_time) DO UPDATE SET used_micros = excluded.used_micros
