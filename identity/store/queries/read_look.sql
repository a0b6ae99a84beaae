-- One look, with who owns the account.
-- in: look_id id
-- out: principal_id id, account_id id, owner_id id, reason text, begin_time time, end_time time, close_time time?
SELECT look.principal_id, look.account_id, owned.principal_id AS owner_id, look.reason, look.begin_time, look.end_time, closed.close_time
FROM operator_look AS look
CROSS JOIN LATERAL (SELECT principal_id FROM account WHERE account.account_id = look.account_id LIMIT 1) AS owned
LEFT JOIN LATERAL (SELECT close_time FROM operator_look_close AS closed WHERE closed.look_id = look.look_id LIMIT 1) AS closed ON true
WHERE look.look_id = :look_id
