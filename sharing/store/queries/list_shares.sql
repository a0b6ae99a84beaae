-- The shares of an asset, ended ones too, newest first, before the one that the last page ended with.
-- in: company_id id, asset_id id, before_id id, limit int64
-- out: account_id id, organization_id id, active_from_time time, ended_time time?, share_id id
SELECT account_id, organization_id, active_from_time, ended_time, share_id
FROM share WHERE company_id = :company_id AND asset_id = :asset_id AND share_id < :before_id
ORDER BY share_id DESC LIMIT :limit
