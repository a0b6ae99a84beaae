-- Ends a payment relation that is running.
UPDATE payment_relation SET ended_time = $4::timestamptz
WHERE company_id = $1::uuid AND account_id = $2::uuid AND payer_account_id = $3::uuid AND ended_time IS NULL
