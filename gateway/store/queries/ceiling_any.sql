-- Whether an account has ceilings.
-- in: account_id id
-- out: has bool
SELECT EXISTS (SELECT FROM gateway.ceiling WHERE account_id = :account_id) AS has
