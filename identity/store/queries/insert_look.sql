-- An operator looks into an account.
-- in: look_id id, principal_id id, account_id id, reason text, begin_time time, end_time time
INSERT INTO operator_look (look_id, principal_id, account_id, reason, begin_time, end_time)
VALUES (:look_id, :principal_id, :account_id, :reason, :begin_time, :end_time)
