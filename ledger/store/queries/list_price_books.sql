-- A page of price books by their ids.
-- in: after_id text, limit int64
-- out: price_book_id text, name text, create_time time
SELECT price_book_id, name, create_time FROM price_book WHERE price_book_id > :after_id ORDER BY price_book_id LIMIT :limit
