-- Assets as they are, in the order of their ids, which they come in.
-- in: as lock_assets
-- out: as read_asset
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, found.asset_id
FROM unnest(:asset_ids) AS asked (asset_id)
CROSS JOIN LATERAL (SELECT * FROM asset WHERE company_id = :company_id AND asset.asset_id = asked.asset_id LIMIT 1) AS found
