-- Takes an asset for a change: shares of one asset are counted one after the other (SHR-01).
SELECT owner_account_id, kind, name, array_to_string(products, ','), array_to_string(bill_types, ','), pool_id, currency, face_micros,
       remaining_micros, provisioned_time, expire_time, revoked_time
FROM asset WHERE company_id = $1::uuid AND asset_id = $2::uuid FOR UPDATE
