-- Forgets failed log-ins a day after their wait, and sessions a month after their end.
WITH failures AS (
    DELETE FROM log_in_failure WHERE wait_time < $1
)
DELETE FROM session WHERE create_time < $2
