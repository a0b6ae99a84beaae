-- The distinct accounts with an unended share of an asset, and whether one account is among them.
-- in: company_id id, asset_id id, account_id id
-- out: recipients int64, is_among bool
SELECT count(DISTINCT account_id) AS recipients, coalesce(bool_or(account_id = :account_id), false) AS is_among
FROM share WHERE company_id = :company_id AND asset_id = :asset_id AND ended_time IS NULL
