-- Open holds, and those that are older than they should ever be.
SELECT count(*), count(*) FILTER (WHERE created_time < $1::timestamptz) FROM hold WHERE next_time IS NOT NULL
