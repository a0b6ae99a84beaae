-- How many products there are, retired ones too.
-- out: count int64
SELECT count(*) AS count FROM product
