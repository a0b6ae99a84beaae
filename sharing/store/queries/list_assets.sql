-- The assets of an owner, newest first, before the one that the last page ended with.
SELECT owner_account_id, kind, name, array_to_string(products, ','), array_to_string(bill_types, ','), pool_id, currency, face_micros,
       remaining_micros, provisioned_time, expire_time, revoked_time, asset_id
FROM asset WHERE company_id = $1::uuid AND owner_account_id = $2::uuid AND asset_id < $3::uuid
ORDER BY asset_id DESC LIMIT $4::bigint
