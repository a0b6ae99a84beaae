-- On how many accounts a card was ever put, whatever became of it.
-- in: fingerprint bytes
-- out: accounts int64
SELECT count(DISTINCT account_id) AS accounts FROM payment_method
 WHERE fingerprint = :fingerprint AND payment_method_id > '00000000-0000-0000-0000-000000000000'
