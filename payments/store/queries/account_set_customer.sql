-- Keeps the provider's customer of an account; the first one stays.
UPDATE account SET provider_customer = $2::text WHERE account_id = $1::uuid AND provider_customer IS NULL
