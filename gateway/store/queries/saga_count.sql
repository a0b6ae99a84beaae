-- Sagas under way, the most tries of one, and how many are due: for the metrics and the workers.
SELECT count(*)::bigint, coalesce(max(tries), 0)::bigint, (count(*) FILTER (WHERE due_time <= $1::timestamptz))::bigint
FROM gateway.saga WHERE finish_time IS NULL AND due_time IS NOT NULL
