-- A message of the provider, each event once.
INSERT INTO webhook (provider, event_id, type, account_id, subject_id, state, next_time, received_time)
VALUES ($1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::text, $7::timestamptz, $8::timestamptz) ON CONFLICT DO NOTHING
