-- How much of an account's meters was used; the account is held. place: which of those asked for, from 1.
-- in: account_id id, sku_ids text[], region_ids text[], period_times time[]
-- out: place int64, quantity_micros int64
SELECT wanted.place, kept.quantity_micros
FROM unnest(:sku_ids, :region_ids, :period_times) WITH ORDINALITY AS wanted (sku_id, region_id, period_time, place)
CROSS JOIN LATERAL (
    SELECT quantity_micros
    FROM meter_period
    WHERE meter_period.account_id = :account_id AND meter_period.sku_id = wanted.sku_id AND meter_period.region_id = wanted.region_id
        AND meter_period.period_time = wanted.period_time
    LIMIT 1
) AS kept
