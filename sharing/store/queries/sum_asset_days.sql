-- How much of an asset's hours was used, day by day in UTC.
-- in: company_id id, asset_id id, start_time time, end_time time
-- out: day_time time, used_micros int64
SELECT date_trunc('day', hour_time, 'UTC') AS day_time, sum(used_micros)::bigint AS used_micros
FROM asset_hour
WHERE company_id = :company_id AND asset_id = :asset_id AND hour_time >= :start_time AND hour_time < :end_time
GROUP BY 1
ORDER BY 1
