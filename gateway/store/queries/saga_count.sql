-- Sagas under way and the most tries of one, for the metrics.
SELECT count(*)::bigint, coalesce(max(tries), 0)::bigint FROM gateway.saga WHERE finish_time IS NULL
