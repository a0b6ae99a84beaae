-- Reads the books of an account as they were after an entry of its company: each by the last posting up to it.
SELECT shelf.book::bigint, coalesce((
           SELECT balance_micros
           FROM posting
           WHERE company_id = $1 AND account_id = $2 AND book = shelf.book AND sequence <= $3
           ORDER BY sequence DESC
           LIMIT 1
       ), 0)
FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS shelf (book)
ORDER BY shelf.book
