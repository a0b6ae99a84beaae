-- How many hand-overs of an account began since a time.
-- in: account_id id, since_time time
-- out: begun int64
SELECT count(*) AS begun FROM hand_over WHERE account_id = :account_id AND (create_time > :since_time) IS TRUE -- the account is what to look for
