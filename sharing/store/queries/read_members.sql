-- The members of an organization and when each joined.
SELECT account_id, joined_time FROM organization_member
WHERE company_id = $1::uuid AND organization_id = $2::uuid ORDER BY joined_time, account_id LIMIT 1001
