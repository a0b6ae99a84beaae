-- New members; one who is a member already keeps the earlier time.
INSERT INTO organization_member (company_id, organization_id, account_id, joined_time)
SELECT $1::uuid, $2::uuid, new.account_id, $4::timestamptz FROM unnest($3::uuid[]) AS new (account_id)
ON CONFLICT (company_id, organization_id, account_id) DO NOTHING
