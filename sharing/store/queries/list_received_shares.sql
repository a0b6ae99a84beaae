-- What was shared with an account, ended ones too, newest first, before the one that the last page ended with; each with its asset. Looks at
-- no more than look_max, however few match; the last row may be the last that was looked at, whether it matches or not.
-- in: company_id id, account_id id, state int64, kind int64, start_time time?, end_time time?, before_id id, limit int64, look_max int64
-- out: as read_asset, organization_id id, active_from_time time, ended_time time?, share_id id, matches bool, looked int64
WITH looked AS MATERIALIZED (
    SELECT *
    FROM share
    WHERE company_id = :company_id AND account_id = :account_id AND share_id < :before_id AND active_from_time IS NOT NULL
    ORDER BY share_id DESC
    LIMIT :look_max
)
SELECT asset.owner_account_id, asset.kind, asset.name, array_to_string(asset.products, ',') AS products,
    array_to_string(asset.bill_types, ',') AS bill_types, asset.pool_id, asset.currency, asset.face_micros, asset.remaining_micros,
    asset.provisioned_time, asset.expire_time, asset.revoked_time, array_to_string(asset.regions, ',') AS regions, asset.hourly_micros,
    array_to_string(asset.rates, ',') AS rates, coalesce(asset.origin_company_id, asset.company_id) AS origin_company_id, asset.asset_id,
    share.organization_id, share.active_from_time, share.ended_time, share.share_id, share.matches AND asset.matches AS matches,
    (SELECT count(*) FROM looked) AS looked
FROM (
    SELECT *, (:state = 0 OR (ended_time IS NULL) = (:state = 1))
            AND (:start_time IS NULL OR active_from_time >= :start_time) AND (:end_time IS NULL OR active_from_time < :end_time) AS matches
    FROM looked
) AS share
CROSS JOIN LATERAL (
    SELECT *, :kind = 0 OR kind = :kind AS matches FROM asset WHERE company_id = :company_id AND asset_id = share.asset_id LIMIT 1
) AS asset
WHERE (share.matches AND asset.matches) OR share.share_id = (SELECT share_id FROM looked ORDER BY share_id LIMIT 1)
ORDER BY share.share_id DESC
LIMIT :limit
