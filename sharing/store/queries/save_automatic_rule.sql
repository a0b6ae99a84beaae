-- The owner's rule for one kind of asset (SHR-07); replaces the earlier one.
-- in: company_id id, account_id id, kind int64, recipient_account_ids id[], organization_id id, saved_time time
INSERT INTO automatic_rule (company_id, account_id, kind, recipient_account_ids, organization_id, saved_time)
VALUES (:company_id, :account_id, :kind, :recipient_account_ids, :organization_id, :saved_time)
ON CONFLICT (company_id, account_id, kind)
DO UPDATE SET recipient_account_ids = excluded.recipient_account_ids, organization_id = excluded.organization_id,
    saved_time = excluded.saved_time
