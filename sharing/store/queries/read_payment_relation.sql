-- The latest payment relation between an account and its payer.
SELECT started_time, ended_time FROM payment_relation
WHERE company_id = $1::uuid AND account_id = $2::uuid AND payer_account_id = $3::uuid ORDER BY started_time DESC LIMIT 1
