-- New assets of one owner that differ only in their ids: one plan, or the coupons of one issue.
INSERT INTO asset (company_id, asset_id, owner_account_id, kind, name, products, bill_types, pool_id, currency, face_micros, remaining_micros, provisioned_time, expire_time)
SELECT $1::uuid, new.asset_id, $3::uuid, $4::bigint, $5::text, $6::text[], $7::text[], $8::uuid, $9::text, $10::bigint, $10::bigint, $11::timestamptz, $12::timestamptz
FROM unnest($2::uuid[]) AS new (asset_id)
