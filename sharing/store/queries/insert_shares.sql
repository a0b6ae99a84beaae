-- Shares of an asset with accounts; one that is shared already the same way is left as it is.
INSERT INTO share (company_id, asset_id, account_id, organization_id, share_id, active_from_time)
SELECT $1::uuid, $2::uuid, new.account_id, $4::uuid, new.share_id, new.active_from_time
FROM unnest($3::uuid[], $5::uuid[], $6::timestamptz[]) AS new (account_id, share_id, active_from_time)
ON CONFLICT (company_id, asset_id, account_id, organization_id) WHERE ended_time IS NULL DO NOTHING
