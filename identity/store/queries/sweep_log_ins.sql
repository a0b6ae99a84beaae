-- Forgets failed log-ins a day after their wait, and sessions a month after their end.
WITH failures AS (
    DELETE FROM log_in_failure
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_in_failure WHERE wait_time < $1 ORDER BY wait_time LIMIT 10000))
)
DELETE FROM session WHERE ctid = ANY (ARRAY(SELECT ctid FROM session WHERE create_time < $2 ORDER BY create_time LIMIT 10000))
