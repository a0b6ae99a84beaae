-- Starts a payment relation, after the end of the last one whatever the clock says; one that is running goes on.
-- in: company_id id, account_id id, payer_account_id id, started_time time
INSERT INTO payment_relation (company_id, account_id, payer_account_id, started_time)
VALUES (:company_id, :account_id, :payer_account_id, greatest(:started_time, (
    SELECT ended_time + interval '1 microsecond' FROM payment_relation
    WHERE company_id = :company_id AND account_id = :account_id AND payer_account_id = :payer_account_id
    ORDER BY started_time DESC LIMIT 1)))
ON CONFLICT (company_id, account_id, payer_account_id) WHERE ended_time IS NULL DO NOTHING
