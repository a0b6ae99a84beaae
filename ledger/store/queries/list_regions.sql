-- A page of regions by their ids, those that are retired only if wanted.
-- in: after_id text, with_ended bool, limit int64
-- out: as lock_region
SELECT region_id, name, country, create_time, retire_time FROM region
WHERE region_id > :after_id AND (:with_ended OR retire_time IS NULL)
ORDER BY region_id LIMIT :limit
