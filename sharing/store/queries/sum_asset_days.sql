-- How much of an asset's hours was used, day by day in UTC, of hours within some intervals that share none; at most 93 days of hours.
-- in: company_id id, asset_id id, start_times time[], end_times time[]
-- out: day_time time, used_micros int64
SELECT date_trunc('day', hour_time, 'UTC') AS day_time, sum(used_micros)::bigint AS used_micros
FROM unnest(:start_times, :end_times) AS held (start_time, end_time)
CROSS JOIN LATERAL (
    SELECT hour_time, used_micros
    FROM asset_hour
    WHERE company_id = :company_id AND asset_id = :asset_id AND hour_time >= held.start_time AND hour_time < held.end_time
    LIMIT 2232
) AS hour
GROUP BY 1
ORDER BY 1
