-- How many records are parked and how many folds were refused, as far as a limit.
-- in: limit int64
-- out: parked int64, refused int64
SELECT (SELECT count(*) FROM (SELECT FROM usage_record WHERE state = 3 ORDER BY parked_time LIMIT :limit) AS parked) AS parked,
       (SELECT count(*) FROM (SELECT FROM usage_fold WHERE state = 3 LIMIT :limit) AS refused) AS refused
