-- Members who leave.
DELETE FROM organization_member WHERE company_id = $1::uuid AND organization_id = $2::uuid AND account_id = ANY ($3::uuid[])
