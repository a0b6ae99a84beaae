-- Keeps the region that an account prefers (GW-14).
-- in: account_id id, region text
UPDATE account SET region = :region WHERE account_id = :account_id
