-- How many SKUs there are, retired ones too.
-- out: count int64
SELECT count(*) AS count FROM sku
