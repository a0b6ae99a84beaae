-- Looks into an account, newest first.
-- in: account_id id, before_id id, limit int64
-- out: look_id id, principal_id id, account_id id, reason text, begin_time time, end_time time
SELECT look_id, principal_id, account_id, reason, begin_time, end_time
FROM operator_look WHERE account_id = :account_id AND look_id < :before_id
ORDER BY look_id DESC LIMIT :limit
