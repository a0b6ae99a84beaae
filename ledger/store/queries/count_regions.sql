-- How many regions there are, retired ones too.
-- out: count int64
SELECT count(*) AS count FROM region
