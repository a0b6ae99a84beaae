-- Makes a price book; nothing when another has its id.
-- in: price_book_id text, name text, create_time time
-- out: price_book_id text
INSERT INTO price_book (price_book_id, name, create_time)
VALUES (:price_book_id, :name, :create_time)
ON CONFLICT (price_book_id) DO NOTHING
RETURNING price_book_id
