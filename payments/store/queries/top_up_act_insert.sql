-- What an operator did to a top-up.
INSERT INTO top_up_act (account_id, top_up_id, act_time, act, principal_id, remark)
VALUES ($1::uuid, $2::uuid, $3::timestamptz, $4::text, $5::text, $6::text) ON CONFLICT DO NOTHING
