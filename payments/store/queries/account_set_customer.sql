-- Keeps the provider's customer of an account; the first one stays.
-- in: account_id id, provider_customer text
UPDATE account SET provider_customer = :provider_customer WHERE account_id = :account_id AND provider_customer IS NULL
