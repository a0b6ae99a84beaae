-- A new organization.
INSERT INTO organization (company_id, organization_id, account_id, name, created_time)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::timestamptz)
