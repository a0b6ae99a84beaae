-- Every time that an account had a share of an asset.
SELECT active_from_time, ended_time FROM share
WHERE company_id = $1::uuid AND asset_id = $2::uuid AND account_id = $3::uuid ORDER BY active_from_time DESC LIMIT 1000
