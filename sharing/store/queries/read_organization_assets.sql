-- The assets shared with an organization that joiners follow, in the order of their ids (the order of locking).
-- in: company_id id, organization_id id, now time
-- out: asset_id id, saved_time time, owner_account_id id
SELECT asset.asset_id, organization_share.saved_time, asset.owner_account_id
FROM organization_share
CROSS JOIN LATERAL (SELECT * FROM asset WHERE company_id = :company_id AND asset_id = organization_share.asset_id LIMIT 1) AS asset
WHERE organization_share.company_id = :company_id AND organization_id = :organization_id AND asset.revoked_time IS NULL
    AND asset.expire_time > :now
ORDER BY asset.asset_id LIMIT 1000
