-- How much of an account's usage waits to be rated, in records, or to be booked, in folds; 1,000 of each at most.
-- in: account_id id
-- out: unrated int64
SELECT (SELECT count(*) FROM (SELECT FROM usage_record WHERE account_id = :account_id AND state = 1 LIMIT 1000) AS waiting)
       + (SELECT count(*) FROM (SELECT FROM usage_fold WHERE account_id = :account_id AND state = 1 LIMIT 1000) AS unbooked) AS unrated
