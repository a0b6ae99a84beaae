-- Notes a setting, or its refusal, by its rpc, with its actor, unless that is kept; the caller holds the lock of the company's chain.
-- in: company_id id, action text, account_id id?, amount_micros int64, currency text, remark text, reason text, now time,
-- in: actor_reference id?, actor_principal_id id?, actor_account_id id?, actor_credential_kind int64, actor_credential_id id?,
-- in: actor_roles text, actor_approval_id id?, actor_step text
WITH new_actor AS (
    INSERT INTO actor (company_id, reference, principal_id, account_id, credential_kind, credential_id, roles, approval_id, step)
    SELECT :company_id, :actor_reference, :actor_principal_id, :actor_account_id, :actor_credential_kind, :actor_credential_id, :actor_roles,
           :actor_approval_id, :actor_step
    WHERE :actor_reference IS NOT NULL
    ON CONFLICT DO NOTHING
)
INSERT INTO act (company_id, after_sequence, number, kind, action, account_id, amount_micros, currency, remark, tag, reason, actor_reference,
                 recorded_time)
SELECT :company_id, chain.length,
       1 + coalesce((SELECT number
                     FROM act
                     WHERE act.company_id = :company_id AND act.after_sequence = chain.length
                     ORDER BY act.company_id DESC, act.after_sequence DESC, act.number DESC
                     LIMIT 1), 0),
       0, :action, :account_id, :amount_micros, :currency, :remark, '', :reason, :actor_reference, :now
FROM chain
WHERE chain.company_id = :company_id
