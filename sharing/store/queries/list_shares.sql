-- The shares of an asset, ended ones too, newest first, before the one that the last page ended with.
SELECT account_id, organization_id, active_from_time, ended_time, share_id
FROM share WHERE company_id = $1::uuid AND asset_id = $2::uuid AND share_id < $3::uuid
ORDER BY share_id DESC LIMIT $4::bigint
