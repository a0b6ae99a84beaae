-- Open holds, those that are older than they should ever be, and when the first was made.
-- in: alarm_before_time time
-- out: open int64, late int64, oldest_time time?
SELECT count(*) AS open, count(*) FILTER (WHERE created_time < :alarm_before_time) AS late,
       min(created_time) AS oldest_time FROM hold WHERE next_time IS NOT NULL
