-- Forgets failed log-ins two days after their wait, devices and sources that were not seen for long, and sessions a month after their
-- end, the oldest first; a bounded number at once.
-- in: failed_before_time time, created_before_time time, seen_before_time time
WITH lanes AS (
    DELETE FROM log_in_lane WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_in_lane WHERE wait_time < :failed_before_time
        ORDER BY wait_time LIMIT 10000))
), days AS (
    DELETE FROM log_in_day WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_in_day WHERE since < :failed_before_time ORDER BY since
        LIMIT 10000))
), known AS (
    DELETE FROM log_in_known WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_in_known WHERE seen_time < :seen_before_time
        ORDER BY seen_time LIMIT 10000))
)
DELETE FROM session WHERE ctid = ANY (ARRAY(SELECT ctid FROM session WHERE create_time < :created_before_time
    ORDER BY create_time LIMIT 10000))
