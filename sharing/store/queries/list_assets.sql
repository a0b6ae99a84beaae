-- The assets of an owner, newest first, before the one that the last page ended with.
-- in: company_id id, owner_account_id id, before_id id, limit int64
-- out: as read_asset
SELECT owner_account_id, kind, name, array_to_string(products, ',') AS products, array_to_string(bill_types, ',') AS bill_types,
    pool_id, currency, face_micros,
       remaining_micros, provisioned_time, expire_time, revoked_time, asset_id
FROM asset WHERE company_id = :company_id AND owner_account_id = :owner_account_id AND asset_id < :before_id
ORDER BY asset_id DESC LIMIT :limit
