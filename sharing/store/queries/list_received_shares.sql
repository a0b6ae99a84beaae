-- What was shared with an account, ended ones too, newest first, before the one that the last page ended with; each with its asset.
-- in: company_id id, account_id id, state int64, kind int64, start_time time?, end_time time?, before_id id, limit int64
-- out: as read_asset, organization_id id, active_from_time time, ended_time time?, share_id id
SELECT asset.owner_account_id, asset.kind, asset.name, array_to_string(asset.products, ',') AS products,
    array_to_string(asset.bill_types, ',') AS bill_types, asset.pool_id, asset.currency, asset.face_micros, asset.remaining_micros,
    asset.provisioned_time, asset.expire_time, asset.revoked_time, array_to_string(asset.regions, ',') AS regions, asset.asset_id,
    share.organization_id, share.active_from_time, share.ended_time, share.share_id
FROM (
    SELECT *
    FROM share
    WHERE company_id = :company_id AND account_id = :account_id AND share_id < :before_id AND active_from_time IS NOT NULL
        AND (:state = 0 OR (ended_time IS NULL) = (:state = 1))
        AND (:start_time IS NULL OR active_from_time >= :start_time) AND (:end_time IS NULL OR active_from_time < :end_time)
    ORDER BY share_id DESC
) AS share
CROSS JOIN LATERAL (SELECT * FROM asset WHERE company_id = :company_id AND asset_id = share.asset_id LIMIT 1) AS asset
WHERE :kind = 0 OR asset.kind = :kind
ORDER BY share.share_id DESC
LIMIT :limit
