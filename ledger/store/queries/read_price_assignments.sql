-- Whether there is a book that an account is to buy by since a moment, how many it was given, and whether one of them begins then.
-- in: account_id id, price_book_id text, since_time time
-- out: as read_price_place
SELECT :price_book_id = '' OR EXISTS (SELECT FROM price_book WHERE price_book_id = :price_book_id) AS has_book,
       (SELECT count(*) FROM price_assignment WHERE account_id = :account_id) AS count,
       EXISTS (SELECT FROM price_assignment WHERE account_id = :account_id AND since_time = :since_time) AS is_taken
