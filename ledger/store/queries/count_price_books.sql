-- How many price books there are.
-- out: count int64
SELECT count(*) AS count FROM price_book
