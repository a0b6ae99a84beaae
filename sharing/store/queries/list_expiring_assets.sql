-- The assets that an account owns or is given now, that expire from now on until end_time with something left, newest first, before the one that
-- the last page ended with. Looks at no more than look_max shares.
-- in: company_id id, account_id id, now time, end_time time, before_id id, look_max int64, limit int64
-- out: as read_asset
WITH owned AS (
    SELECT *
    FROM asset
    WHERE company_id = :company_id AND owner_account_id = :account_id AND asset_id < :before_id AND expire_time > :now AND expire_time < :end_time
        AND revoked_time IS NULL AND (kind <> 4 OR remaining_micros > 0)
    ORDER BY asset_id DESC
    LIMIT :limit
), looked AS MATERIALIZED (
    SELECT asset_id, ended_time
    FROM share
    WHERE company_id = :company_id AND account_id = :account_id AND active_from_time IS NOT NULL
    ORDER BY share_id DESC
    LIMIT :look_max
), given AS (
    SELECT asset.*
    FROM (SELECT DISTINCT asset_id FROM looked WHERE ended_time IS NULL AND asset_id < :before_id) AS share
    CROSS JOIN LATERAL (SELECT * FROM asset WHERE company_id = :company_id AND asset_id = share.asset_id LIMIT 1) AS asset
    WHERE expire_time > :now AND expire_time < :end_time AND revoked_time IS NULL AND (kind <> 4 OR remaining_micros > 0)
)
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, asset_id
FROM (SELECT * FROM owned UNION ALL SELECT * FROM given) AS expiring
ORDER BY asset_id DESC
LIMIT :limit
