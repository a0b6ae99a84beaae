-- The assets with figures of some skus that accounts own or were ever given, that were there in some of the hours from start_time until end_time.
-- Looks at no more than look_max such ones of the company, those that expire first.
-- in: company_id id, account_ids id[], skus text[], start_time time, end_time time, look_max int64, limit int64
-- out: as read_asset
WITH looked AS MATERIALIZED (
    SELECT *
    FROM asset
    WHERE company_id = :company_id AND hourly_micros > 0 AND expire_time > :start_time AND provisioned_time < :end_time
        AND EXISTS (SELECT FROM unnest(rates) AS rate WHERE split_part(rate, '@', 1) = ANY (:skus))
    ORDER BY expire_time
    LIMIT :look_max
)
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, asset_id
FROM looked
LEFT JOIN LATERAL (
    SELECT true AS is_given
    FROM share
    WHERE share.company_id = :company_id AND share.asset_id = looked.asset_id AND share.account_id = ANY (:account_ids)
    LIMIT 1
) AS given ON true
WHERE owner_account_id = ANY (:account_ids) OR given.is_given
ORDER BY asset_id
LIMIT :limit
