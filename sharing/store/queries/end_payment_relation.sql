-- Ends a payment relation that is running.
-- in: company_id id, account_id id, payer_account_id id, ended_time time
UPDATE payment_relation SET ended_time = :ended_time
WHERE company_id = :company_id AND account_id = :account_id AND payer_account_id = :payer_account_id AND ended_time IS NULL
