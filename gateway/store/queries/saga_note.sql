-- What an operator did.
-- in: saga_id id, act_time time, act text, principal_id text
INSERT INTO gateway.saga_act (saga_id, act_time, act, principal_id)
VALUES (:saga_id, :act_time, :act, :principal_id) ON CONFLICT DO NOTHING
