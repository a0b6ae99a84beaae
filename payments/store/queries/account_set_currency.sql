-- Sets the currency, once (PAY-24).
UPDATE account SET currency = $2::text, currency_set_time = $3::timestamptz WHERE account_id = $1::uuid AND currency IS NULL
