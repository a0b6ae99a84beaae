-- How often an account submitted a real name since a moment.
-- in: account_id id, since_time time
-- out: submissions int64
SELECT count(*) AS submissions FROM real_name WHERE account_id = :account_id AND submit_time > :since_time
