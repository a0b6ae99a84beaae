-- All prices that count for an account's usage of a SKU in a region that begins at from_time or later and before until_time: of the book that the
-- terms with its agent name (source 1), if the agent had it assigned when they began, of its own (2), of the list (3), of that very region and of everywhere; each with the time in which book and
-- price are so; a row a tier, in their order.
-- in: account_id id, sku_id text, region_id text, currency text, from_time time, until_time time
-- out: as list_prices, source int64, since_time time, end_time time?
WITH book AS (
    SELECT 1::bigint AS source,
           (SELECT given.price_book_id
            FROM price_assignment AS given
            WHERE given.account_id = association.agent_id AND given.since_time <= association.since_time
                AND given.price_book_id = association.price_book_id
            LIMIT 1) AS price_book_id, since_time,
           lead(since_time) OVER (ORDER BY since_time, agent_id IS NOT NULL, relation_id) AS end_time
    FROM association
    WHERE customer_id = :account_id
    UNION ALL
    SELECT 2::bigint, price_book_id, since_time, lead(since_time) OVER (ORDER BY since_time)
    FROM price_assignment
    WHERE account_id = :account_id
    UNION ALL
    SELECT 3::bigint, 'list', 'epoch'::timestamptz, NULL
)
SELECT found.price_id, found.price_book_id, found.sku_id, found.region_id, found.currency, found.model, found.package_micros, found.from_time,
       found.until_time, found.create_time, price_tier.place, price_tier.up_to_micros, price_tier.nanos, price_tier.flat_micros,
       book.source, greatest(book.since_time, found.from_time) AS since_time, least(book.end_time, found.until_time) AS end_time
FROM book
CROSS JOIN LATERAL (
    SELECT price.*, (
               SELECT later.from_time
               FROM price AS later
               WHERE later.price_book_id = price.price_book_id AND later.sku_id = price.sku_id AND later.currency = price.currency
                   AND later.region_id = price.region_id AND later.from_time > price.from_time
               ORDER BY later.from_time
               LIMIT 1
           ) AS until_time
    FROM price
    WHERE price.price_book_id = book.price_book_id AND price.sku_id = :sku_id AND price.currency = :currency
        AND price.region_id IN (:region_id, '*') AND price.from_time < :until_time
    ORDER BY price.from_time DESC
    LIMIT 2000
) AS found
LEFT JOIN LATERAL (
    SELECT place, up_to_micros, nanos, flat_micros FROM price_tier WHERE price_tier.price_id = found.price_id ORDER BY place LIMIT 20
) AS price_tier ON true
WHERE greatest(book.since_time, found.from_time) < :until_time
    AND coalesce(least(book.end_time, found.until_time) > greatest(book.since_time, found.from_time, :from_time), true)
ORDER BY book.source, found.region_id = '*', since_time, found.price_id, price_tier.place
