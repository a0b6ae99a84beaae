-- The owner's rule for one kind of asset (SHR-07); replaces the earlier one.
INSERT INTO automatic_rule (company_id, account_id, kind, recipient_account_ids, organization_id, saved_time)
VALUES ($1::uuid, $2::uuid, $3::bigint, $4::uuid[], $5::uuid, $6::timestamptz)
ON CONFLICT (company_id, account_id, kind)
DO UPDATE SET recipient_account_ids = excluded.recipient_account_ids, organization_id = excluded.organization_id, saved_time = excluded.saved_time
