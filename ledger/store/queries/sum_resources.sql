-- How many of an account's resources that are not released stand how, and when the last term of each ends.
-- in: account_id id, now time
-- out: kind int64, state int64, auto_renew bool, in_term bool, count int64, end_time time?
SELECT kind::bigint AS kind, state::bigint AS state, auto_renew, coalesce(end_time > :now, false) AS in_term, count(*) AS count,
       max(end_time) AS end_time
FROM resource
WHERE account_id = :account_id AND state <> 4
GROUP BY 1, 2, 3, 4
