-- Keeps a price with its tiers, and tells when the next one of its place begins.
-- in: price_id id, price_book_id text, sku_id text, currency text, region_id text, model int64, package_micros int64, from_time time,
-- in: create_time time, up_to_micros int64[], nanos int64[], flat_micros int64[]
-- out: until_time time?
WITH kept AS (
    INSERT INTO price (price_id, price_book_id, sku_id, region_id, currency, model, package_micros, from_time, create_time)
    VALUES (:price_id, :price_book_id, :sku_id, :region_id, :currency, :model, :package_micros, :from_time, :create_time)
    RETURNING price_id
), tiers AS (
    INSERT INTO price_tier (price_id, place, up_to_micros, nanos, flat_micros)
    SELECT kept.price_id, tier.place, tier.up_to_micros, tier.nanos, tier.flat_micros
    FROM kept, unnest(:up_to_micros, :nanos, :flat_micros) WITH ORDINALITY AS tier (up_to_micros, nanos, flat_micros, place)
)
SELECT (SELECT later.from_time
        FROM price AS later
        WHERE later.price_book_id = :price_book_id AND later.sku_id = :sku_id AND later.currency = :currency AND later.region_id = :region_id
            AND later.from_time > :from_time
        ORDER BY later.from_time
        LIMIT 1) AS until_time
