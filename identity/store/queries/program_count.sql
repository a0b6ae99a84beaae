-- How many programs an account has, and how many it made since a time, removed ones included.
-- in: account_id id, since_time time
-- out: count int64, made int64
SELECT count(*) FILTER (WHERE remove_time IS NULL) AS count, count(*) FILTER (WHERE create_time > :since_time) AS made
FROM program WHERE account_id = :account_id
