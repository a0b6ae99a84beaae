-- Gives an account back, if it still is in our hand.
-- in: account_id id, lease_id id, now time
UPDATE gateway.account SET lease_id = NULL, lease_time = :now WHERE account_id = :account_id AND lease_id = :lease_id
