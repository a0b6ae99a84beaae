-- Sagas under way, the most tries of one, how many are due, and when the first was made: for the metrics and the workers.
-- in: now time
-- out: under_way int64, tries_max int64, due int64, oldest_time time?
SELECT count(*)::bigint AS under_way, coalesce(max(tries), 0)::bigint AS tries_max,
       (count(*) FILTER (WHERE due_time <= :now))::bigint AS due,
       min(create_time) AS oldest_time
FROM gateway.saga WHERE finish_time IS NULL AND due_time IS NOT NULL
