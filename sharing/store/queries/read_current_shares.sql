-- The unended shares of an asset with some accounts.
SELECT account_id, organization_id, active_from_time, ended_time, share_id
FROM share WHERE company_id = $1::uuid AND asset_id = $2::uuid AND account_id = ANY ($3::uuid[]) AND ended_time IS NULL
ORDER BY share_id
