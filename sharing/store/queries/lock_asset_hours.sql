-- Takes the hours of assets, in their order, for what is used of them; new ones begin with nothing used.
-- in: company_ids id[], asset_ids id[], hour_time time
-- out: asset_id id, used_micros int64
INSERT INTO asset_hour (company_id, asset_id, hour_time, used_micros)
SELECT new.company_id, new.asset_id, :hour_time, 0
FROM unnest(:company_ids, :asset_ids) WITH ORDINALITY AS new (company_id, asset_id, place)
ORDER BY new.place
ON CONFLICT (company_id, asset_id, hour_time) DO UPDATE SET used_micros = asset_hour.used_micros
RETURNING asset_id, used_micros
