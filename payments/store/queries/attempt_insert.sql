-- A request to the provider, before it leaves.
INSERT INTO attempt (account_id, attempt_id, subject_id, step, sent_time) VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::timestamptz)
