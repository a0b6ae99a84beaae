-- Whose an organization is.
-- in: company_id id, organization_id id
-- out: account_id id
SELECT account_id FROM organization WHERE company_id = :company_id AND organization_id = :organization_id
