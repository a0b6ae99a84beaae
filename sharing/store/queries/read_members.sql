-- The members of an organization and when each joined.
-- in: company_id id, organization_id id
-- out: account_id id, joined_time time
SELECT account_id, joined_time FROM organization_member
WHERE company_id = :company_id AND organization_id = :organization_id ORDER BY joined_time, account_id LIMIT 1001
