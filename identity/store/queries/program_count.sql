-- How many programs an account has.
-- in: account_id id
-- out: count int64
SELECT count(*) AS count FROM program WHERE account_id = :account_id AND (remove_time IS NULL) IS TRUE -- the account is what to look for
