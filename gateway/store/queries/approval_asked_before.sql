-- How many a person asked for in an account before one: within its hour of the clock, and in the hour of the last one before that. Looks at no
-- more than look_max of the account's, and counts what it saw.
-- in: account_id id, requester_id id, approval_id id, hour_start_time time, look_max int64
-- out: within_hour int64, hour_before int64
WITH looked AS MATERIALIZED (
    SELECT requester_id, create_time FROM gateway.approval
    WHERE account_id = :account_id AND approval_id < :approval_id
    ORDER BY approval_id DESC LIMIT :look_max
), theirs AS MATERIALIZED (
    SELECT create_time, date_trunc('hour', create_time, 'UTC') AS hour FROM looked WHERE requester_id = :requester_id
)
SELECT count(*) FILTER (WHERE create_time >= :hour_start_time) AS within_hour,
       count(*) FILTER (WHERE hour = (SELECT max(hour) FROM theirs WHERE create_time < :hour_start_time)) AS hour_before
FROM theirs
