-- Ends the override of an account that stands; the caller holds the lock of the company's chain. Tells it as it ended.
-- in: company_id id, account_id id, end_time time, ended_by id
-- out: as list_overrides
UPDATE account_override SET end_time = :end_time, ended_by = :ended_by
WHERE company_id = :company_id AND account_id = :account_id AND end_time IS NULL
RETURNING override_id, account_id, until_time, reason, operator_id, approver_id, approval_id, grant_time, end_time, ended_by
