-- One asset as it is.
-- in: company_id id, asset_id id
-- out: owner_account_id id, kind int64, name text, products text, bill_types text, pool_id id?, currency text?, face_micros int64,
-- out: remaining_micros int64, provisioned_time time, expire_time time, revoked_time time?, regions text, hourly_micros int64, rates text,
-- out: origin_company_id id, asset_id id
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time, revoked_time,
    array_to_string(regions, ',') AS regions, hourly_micros, array_to_string(rates, ',') AS rates,
    coalesce(origin_company_id, company_id) AS origin_company_id, asset_id
FROM asset WHERE company_id = :company_id AND asset_id = :asset_id
