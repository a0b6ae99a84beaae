-- How many freezes of an account have not ended.
-- in: account_id id
-- out: holding int64
SELECT count(*) AS holding FROM account_freeze WHERE account_id = :account_id AND end_time IS NULL
