-- The assets of an owner, newest first, before the one that the last page ended with.
-- in: company_id id, owner_account_id id, kind int64, state int64, name_contains text, pool_id id?, start_time time?, end_time time?,
-- in: before_id id, limit int64
-- out: as read_asset
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, asset_id
FROM asset
WHERE company_id = :company_id AND owner_account_id = :owner_account_id AND asset_id < :before_id
    AND (:kind = 0 OR kind = :kind) AND (:state = 0 OR (revoked_time IS NULL) = (:state = 1))
    AND (:name_contains = '' OR position(lower(:name_contains) IN lower(name)) > 0)
    AND (:pool_id IS NULL OR pool_id = :pool_id)
    AND (:start_time IS NULL OR provisioned_time >= :start_time) AND (:end_time IS NULL OR provisioned_time < :end_time)
ORDER BY asset_id DESC
LIMIT :limit
