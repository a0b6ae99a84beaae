-- New assets of one owner that differ only in their ids: one plan, or the coupons of one issue. One that is there stays.
-- in: company_id id, asset_ids id[], owner_account_id id, kind int64, name text, products text[], bill_types text[], regions text[], pool_id id?,
-- in: currency text, face_micros int64, provisioned_time time, expire_time time, hourly_micros int64, rates text[]
-- out: asset_id id
INSERT INTO asset (company_id, asset_id, owner_account_id, kind, name, products, bill_types, regions, pool_id, currency, face_micros,
    remaining_micros, provisioned_time, expire_time, hourly_micros, rates)
SELECT :company_id, new.asset_id, :owner_account_id, :kind, :name, :products, :bill_types, :regions, :pool_id, :currency, :face_micros,
    :face_micros, :provisioned_time, :expire_time, :hourly_micros, :rates
FROM unnest(:asset_ids) AS new (asset_id)
ON CONFLICT (company_id, asset_id) DO NOTHING
RETURNING asset_id
