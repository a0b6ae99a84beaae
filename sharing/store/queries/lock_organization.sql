-- Takes an organization for a change of its members or a share with it, one after the other.
SELECT account_id FROM organization WHERE company_id = $1::uuid AND organization_id = $2::uuid FOR UPDATE
