-- Shares of an asset with accounts; one that is shared already the same way is left as it is.
-- in: company_id id, asset_id id, account_ids id[], organization_id id, share_ids id[], active_from_times time[]
INSERT INTO share (company_id, asset_id, account_id, organization_id, share_id, active_from_time)
SELECT :company_id, :asset_id, new.account_id, :organization_id, new.share_id, new.active_from_time
FROM unnest(:account_ids, :share_ids, :active_from_times) AS new (account_id, share_id, active_from_time)
ON CONFLICT (company_id, asset_id, account_id, organization_id) WHERE ended_time IS NULL DO NOTHING
