-- Whether there is such a time zone.
-- in: time_zone text
-- out: known bool
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :time_zone) AS known
