-- Remembers that later joiners follow (SHR-05); saving again keeps the first time.
-- in: company_id id, organization_id id, asset_id id, saved_time time
INSERT INTO organization_share (company_id, organization_id, asset_id, saved_time)
VALUES (:company_id, :organization_id, :asset_id, :saved_time)
ON CONFLICT (company_id, organization_id, asset_id) DO NOTHING
