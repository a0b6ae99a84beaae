-- The distinct accounts with an unended share of an asset, and whether one account is among them.
SELECT count(DISTINCT account_id), coalesce(bool_or(account_id = $3::uuid), false)
FROM share WHERE company_id = $1::uuid AND asset_id = $2::uuid AND ended_time IS NULL
