-- What an operator did to a top-up.
-- in: account_id id, top_up_id id, act_time time, act text, principal_id text, remark text
INSERT INTO top_up_act (account_id, top_up_id, act_time, act, principal_id, remark)
VALUES (:account_id, :top_up_id, :act_time, :act, :principal_id, :remark) ON CONFLICT DO NOTHING
