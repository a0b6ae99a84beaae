-- Looks into an account, newest first.
-- in: account_id id, before_id id, limit int64
-- out: look_id id, principal_id id, account_id id, reason text, begin_time time, end_time time, close_time time?
SELECT look.look_id, look.principal_id, look.account_id, look.reason, look.begin_time, look.end_time, closed.close_time
FROM operator_look AS look
LEFT JOIN LATERAL (SELECT close_time FROM operator_look_close AS closed WHERE closed.look_id = look.look_id LIMIT 1) AS closed ON true
WHERE look.account_id = :account_id AND look.look_id < :before_id
ORDER BY look.look_id DESC LIMIT :limit
