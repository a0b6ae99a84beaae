-- The unended shares of an asset with some accounts.
-- in: company_id id, asset_id id, account_ids id[]
-- out: as list_shares
SELECT account_id, organization_id, active_from_time, ended_time, share_id
FROM share WHERE company_id = :company_id AND asset_id = :asset_id AND account_id = ANY (:account_ids) AND ended_time IS NULL
ORDER BY share_id
