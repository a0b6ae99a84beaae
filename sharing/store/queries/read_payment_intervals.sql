-- Every time that an account's consumption was paid by the asset's owner (SHR-09, SHR-11).
SELECT started_time, ended_time FROM payment_relation
WHERE company_id = $1::uuid AND account_id = $2::uuid AND payer_account_id = $3::uuid ORDER BY started_time DESC LIMIT 1000
