-- The assets shared with an organization that joiners follow, in the order of their ids (the order of locking).
SELECT asset.asset_id, organization_share.saved_time, asset.owner_account_id
FROM organization_share
CROSS JOIN LATERAL (SELECT * FROM asset WHERE company_id = $1::uuid AND asset_id = organization_share.asset_id LIMIT 1) AS asset
WHERE organization_share.company_id = $1::uuid AND organization_id = $2::uuid AND asset.revoked_time IS NULL AND asset.expire_time > $3::timestamptz
ORDER BY asset.asset_id LIMIT 1000
