-- Takes an asset for a change: shares of one asset are counted one after the other (SHR-01).
-- in: company_id id, asset_id id
-- out: as read_asset
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, asset_id
FROM asset WHERE company_id = :company_id AND asset_id = :asset_id FOR UPDATE
