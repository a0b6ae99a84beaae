-- Whether there is the book of a place where a price is to begin, how many prices the place has, and whether one of them begins then.
-- in: price_book_id text, sku_id text, currency text, region_id text, from_time time
-- out: has_book bool, count int64, is_taken bool
SELECT EXISTS (SELECT FROM price_book WHERE price_book_id = :price_book_id) AS has_book,
       (SELECT count(*) FROM price
        WHERE price_book_id = :price_book_id AND sku_id = :sku_id AND currency = :currency AND region_id = :region_id) AS count,
       EXISTS (SELECT FROM price
               WHERE price_book_id = :price_book_id AND sku_id = :sku_id AND currency = :currency AND region_id = :region_id
                   AND from_time = :from_time) AS is_taken
