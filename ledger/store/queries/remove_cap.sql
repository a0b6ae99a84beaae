-- Forgets the cap of an account that has none any more.
-- in: account_id id
DELETE FROM spending_cap WHERE account_id = :account_id
