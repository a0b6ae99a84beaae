-- Labels an account (GW-09).
-- in: account_id id, environment text
UPDATE account SET environment = :environment WHERE account_id = :account_id
