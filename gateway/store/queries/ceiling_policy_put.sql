-- An account's ceilings are set.
-- in: account_id id, currency text, time_zone text, approvers int64, approver_roles text, set_by_principal_id id, set_time time
INSERT INTO gateway.ceiling_policy (account_id, currency, time_zone, approvers, approver_roles, set_by_principal_id, set_time)
VALUES (:account_id, :currency, :time_zone, :approvers, :approver_roles, :set_by_principal_id, :set_time)
ON CONFLICT (account_id) DO UPDATE
SET currency = :currency, time_zone = :time_zone, approvers = :approvers, approver_roles = :approver_roles,
    set_by_principal_id = :set_by_principal_id, set_time = :set_time
