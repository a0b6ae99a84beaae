-- Members who leave.
-- in: company_id id, organization_id id, account_ids id[]
DELETE FROM organization_member WHERE company_id = :company_id AND organization_id = :organization_id
    AND account_id = ANY (:account_ids)
