-- Every time that an account had a share of an asset.
-- in: company_id id, asset_id id, account_id id
-- out: as read_verification_intervals
SELECT active_from_time AS started_time, ended_time FROM share
WHERE company_id = :company_id AND asset_id = :asset_id AND account_id = :account_id ORDER BY active_from_time DESC LIMIT 1000
