-- Remembers that later joiners follow (SHR-05); saving again keeps the first time.
INSERT INTO organization_share (company_id, organization_id, asset_id, saved_time)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::timestamptz)
ON CONFLICT (company_id, organization_id, asset_id) DO NOTHING
