-- A new organization.
-- in: company_id id, organization_id id, account_id id, name text, created_time time
INSERT INTO organization (company_id, organization_id, account_id, name, created_time)
VALUES (:company_id, :organization_id, :account_id, :name, :created_time)
