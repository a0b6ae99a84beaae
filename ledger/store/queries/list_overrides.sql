-- A page of overrides, newest first; of an account, or all; those that hold, or all there ever were.
-- in: account_id id?, before_id id, with_ended bool, now time, limit int64
-- out: override_id id, account_id id, until_time time, reason text, operator_id id, approver_id id, approval_id id, grant_time time,
-- out: end_time time?, ended_by id?
SELECT override_id, account_id, until_time, reason, operator_id, approver_id, approval_id, grant_time, end_time, ended_by
FROM account_override
WHERE override_id < :before_id AND (:account_id IS NULL OR account_id = :account_id)
    AND (:with_ended OR (end_time IS NULL AND until_time > :now))
ORDER BY override_id DESC LIMIT :limit
