-- How many roles of its own an account has.
-- in: account_id id
-- out: count int64
SELECT count(*) AS count FROM custom_role WHERE account_id = :account_id
