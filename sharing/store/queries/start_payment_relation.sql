-- Starts a payment relation; one that is running goes on.
-- in: company_id id, account_id id, payer_account_id id, started_time time
INSERT INTO payment_relation (company_id, account_id, payer_account_id, started_time)
VALUES (:company_id, :account_id, :payer_account_id, :started_time)
ON CONFLICT (company_id, account_id, payer_account_id) WHERE ended_time IS NULL DO NOTHING
