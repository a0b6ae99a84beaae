-- A page of prices, those that were set last first, of a book, a SKU, a region or of all, that count at or after from_time and before until_time;
-- a row a tier, in their order.
-- in: before_id id, price_book_id text, sku_id text, region_id text, from_time time, until_time time?, limit int64
-- out: price_id id, price_book_id text, sku_id text, region_id text, currency text, model int64, package_micros int64, from_time time,
-- out: until_time time?, create_time time, place int64?, up_to_micros int64?, nanos int64?, flat_micros int64?
SELECT listed.price_id, listed.price_book_id, listed.sku_id, listed.region_id, listed.currency, listed.model, listed.package_micros,
       listed.from_time, listed.until_time, listed.create_time, price_tier.place, price_tier.up_to_micros, price_tier.nanos, price_tier.flat_micros
FROM (
    SELECT price.*, following.until_time
    FROM price
    LEFT JOIN LATERAL (
        SELECT later.from_time AS until_time
        FROM price AS later
        WHERE later.price_book_id = price.price_book_id AND later.sku_id = price.sku_id AND later.currency = price.currency
            AND later.region_id = price.region_id AND later.from_time > price.from_time
        ORDER BY later.from_time
        LIMIT 1
    ) AS following ON true
    WHERE price.price_id < :before_id AND (:price_book_id = '' OR price.price_book_id = :price_book_id)
        AND (:sku_id = '' OR price.sku_id = :sku_id) AND (:region_id = '' OR price.region_id = :region_id)
        AND (:until_time IS NULL OR price.from_time < :until_time)
        AND (following.until_time IS NULL OR following.until_time > :from_time)
    ORDER BY price.price_id DESC
    LIMIT :limit
) AS listed
LEFT JOIN LATERAL (
    SELECT place, up_to_micros, nanos, flat_micros FROM price_tier WHERE price_tier.price_id = listed.price_id ORDER BY place LIMIT 20
) AS price_tier ON true
ORDER BY listed.price_id DESC, price_tier.place
