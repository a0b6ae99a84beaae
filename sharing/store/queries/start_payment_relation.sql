-- Starts a payment relation; one that is running goes on.
INSERT INTO payment_relation (company_id, account_id, payer_account_id, started_time)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::timestamptz)
ON CONFLICT (company_id, account_id, payer_account_id) WHERE ended_time IS NULL DO NOTHING
