-- All ceilings of an account go, before others are set.
-- in: account_id id
DELETE FROM gateway.ceiling WHERE account_id = :account_id
