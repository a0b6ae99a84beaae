-- The same, for a decision: the account's acts are counted one after another, and its ceilings stay as they are meanwhile.
-- in: account_id id, now time
-- out: currency text, time_zone text, approvers int64, approver_roles text, set_by_principal_id id, set_time time, day text
SELECT currency, time_zone, approvers, approver_roles, set_by_principal_id, set_time, to_char(:now AT TIME ZONE time_zone, 'YYYY-MM-DD') AS day
FROM gateway.ceiling_policy WHERE account_id = :account_id FOR UPDATE
