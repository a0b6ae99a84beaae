-- The assets shared with an organization that joiners follow, in the order of their ids (the order of locking).
SELECT asset.asset_id, organization_share.saved_time, asset.owner_account_id
FROM organization_share JOIN asset ON asset.company_id = organization_share.company_id AND asset.asset_id = organization_share.asset_id
WHERE organization_share.company_id = $1::uuid AND organization_id = $2::uuid AND asset.revoked_time IS NULL AND asset.expire_time > $3::timestamptz
ORDER BY asset.asset_id LIMIT 1000
