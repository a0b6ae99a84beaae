-- Forgets failed log-ins two days after their wait, devices and sources that were not seen for long, and sessions a month after their
-- end.
WITH lanes AS (
    DELETE FROM log_in_lane WHERE wait_time < $1
), days AS (
    DELETE FROM log_in_day WHERE since < $1
), known AS (
    DELETE FROM log_in_known WHERE seen_time < $3
)
DELETE FROM session WHERE create_time < $2
