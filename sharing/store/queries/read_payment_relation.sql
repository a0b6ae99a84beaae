-- The latest payment relation between an account and its payer.
-- in: company_id id, account_id id, payer_account_id id
-- out: as read_verification_intervals
SELECT started_time, ended_time FROM payment_relation
WHERE company_id = :company_id AND account_id = :account_id AND payer_account_id = :payer_account_id ORDER BY started_time DESC
    LIMIT 1
