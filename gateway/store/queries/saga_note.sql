-- What an operator did.
INSERT INTO gateway.saga_act (saga_id, act_time, act, principal_id)
VALUES ($1::uuid, $2::timestamptz, $3::text, $4::text) ON CONFLICT DO NOTHING
