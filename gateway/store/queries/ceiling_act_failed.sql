-- A top-up that failed counts no more.
-- in: account_id id, object_id id
WITH gone AS (
    DELETE FROM gateway.ceiling_act WHERE object_id = :object_id AND account_id = :account_id RETURNING principal_id, day, action, amount_micros
)
UPDATE gateway.ceiling_use AS used SET used_micros = used_micros - gone.amount_micros FROM gone
WHERE used.account_id = :account_id AND used.principal_id = gone.principal_id AND used.day = gone.day AND used.action = gone.action
