-- How many hand-overs of an account began since a time, by the owner whom they were of, or by others.
-- in: account_id id, since_time time, by_owner bool
-- out: begun int64
SELECT count(*) AS begun FROM hand_over
WHERE account_id = :account_id AND (create_time > :since_time AND (begun_by = leaver_id) = :by_owner) IS TRUE -- the account is what to look for
