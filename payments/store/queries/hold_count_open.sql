-- Open holds, and those that are older than they should ever be.
-- in: alarm_before_time time
-- out: open int64, late int64
SELECT count(*) AS open, count(*) FILTER (WHERE created_time < :alarm_before_time) AS late FROM hold WHERE next_time IS NOT NULL
