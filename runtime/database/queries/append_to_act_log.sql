-- Keeps who did what, or was refused, if this transaction commits (GW-07).
-- in: act_id id, act_time time, action text, reason text, account_id id?, object_id id?, request_id id?, tag text, actor_id id,
-- in: principal_id id?, acting_id id?, credential int64, credential_id id?, approval_id id?, roles text, step text
INSERT INTO act_log (act_id, act_time, action, reason, account_id, object_id, request_id, tag, actor_id, principal_id, acting_id, credential,
    credential_id, approval_id, roles, step)
VALUES (:act_id, :act_time, :action, :reason, :account_id, :object_id, :request_id, :tag, :actor_id, :principal_id, :acting_id, :credential,
    :credential_id, :approval_id, :roles, :step)
