-- Keeps by which book an account buys since a moment; '': by the list.
-- in: account_id id, since_time time, price_book_id text
INSERT INTO price_assignment (account_id, since_time, price_book_id) VALUES (:account_id, :since_time, :price_book_id)
