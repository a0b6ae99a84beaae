-- Ends a payment relation that is running, but not before it started: two processes' clocks may differ.
-- in: company_id id, account_id id, payer_account_id id, ended_time time
UPDATE payment_relation SET ended_time = greatest(started_time, :ended_time)
WHERE company_id = :company_id AND account_id = :account_id AND payer_account_id = :payer_account_id AND ended_time IS NULL
