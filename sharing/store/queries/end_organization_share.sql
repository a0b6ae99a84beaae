-- An asset is not shared with an organization any more: its joiners do not follow, and the shares that came by it end.
-- in: company_id id, organization_id id, asset_id id, now time
WITH forgotten AS (
    DELETE FROM organization_share WHERE company_id = :company_id AND organization_id = :organization_id AND asset_id = :asset_id
)
UPDATE share SET ended_time = greatest(:now, active_from_time)
WHERE company_id = :company_id AND asset_id = :asset_id AND organization_id = :organization_id AND ended_time IS NULL
