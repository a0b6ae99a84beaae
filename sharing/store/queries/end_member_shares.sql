-- A member left: its shares through the organization end.
-- in: company_id id, organization_id id, account_ids id[], now time
UPDATE share SET ended_time = greatest(:now, active_from_time)
WHERE company_id = :company_id AND organization_id = :organization_id AND account_id = ANY (:account_ids) AND ended_time IS NULL
