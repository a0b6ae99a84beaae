-- The assets with figures of some skus that accounts own or were ever given, that were there in some of the hours from start_time until end_time.
-- in: company_id id, account_ids id[], skus text[], start_time time, end_time time, limit int64
-- out: as read_asset
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, asset_id
FROM asset
WHERE company_id = :company_id AND hourly_micros > 0 AND expire_time > :start_time AND provisioned_time < :end_time
    AND EXISTS (SELECT FROM unnest(rates) AS rate WHERE split_part(rate, '@', 1) = ANY (:skus))
    AND (owner_account_id = ANY (:account_ids) OR EXISTS (
        SELECT FROM share
        WHERE share.company_id = :company_id AND share.asset_id = asset.asset_id AND share.account_id = ANY (:account_ids)))
ORDER BY asset_id
LIMIT :limit
