-- Sets the currency, once (PAY-24).
-- in: account_id id, currency text, currency_set_time time
UPDATE account SET currency = :currency, currency_set_time = :currency_set_time WHERE account_id = :account_id AND currency IS NULL
