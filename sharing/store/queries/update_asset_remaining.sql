-- What is left of a coupon, and whether it was revoked.
-- in: company_id id, asset_id id, remaining_micros int64, revoked_time time?
UPDATE asset SET remaining_micros = :remaining_micros, revoked_time = :revoked_time WHERE company_id = :company_id
    AND asset_id = :asset_id
