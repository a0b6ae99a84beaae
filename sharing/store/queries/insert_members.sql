-- New members; one who is a member already keeps the earlier time.
-- in: company_id id, organization_id id, account_ids id[], joined_time time
INSERT INTO organization_member (company_id, organization_id, account_id, joined_time)
SELECT :company_id, :organization_id, new.account_id, :joined_time FROM unnest(:account_ids) AS new (account_id)
ON CONFLICT (company_id, organization_id, account_id) DO NOTHING
