-- Adds a region to those that an account buys in beside the one it prefers (GW-14).
-- in: account_id id, region text
UPDATE account SET confirmed_regions = ltrim(confirmed_regions || ' ' || :region) WHERE account_id = :account_id
