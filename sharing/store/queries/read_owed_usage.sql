-- By how much corrections are more than the usage that pieces of an hour are of; of no piece where they are not. place counts from one;
-- first_place is that of the first of the pieces of the same usage.
-- in: company_id id, account_ids id[], hour_time time, skus text[], products text[], bill_types text[], regions text[]
-- out: place int64, first_place int64, owed_micros int64
WITH owed AS MATERIALIZED (
    SELECT asked.account_id, sku, product, bill_type, region, -sum(quantity_micros)::bigint AS owed_micros
    FROM (SELECT DISTINCT account_id FROM unnest(:account_ids) AS each (account_id)) AS asked
    CROSS JOIN LATERAL (
        SELECT *
        FROM usage_piece
        WHERE company_id = :company_id AND usage_piece.account_id = asked.account_id AND hour_time = :hour_time
        OFFSET 0
    ) AS piece
    GROUP BY asked.account_id, sku, product, bill_type, region
    HAVING sum(quantity_micros) < 0
)
SELECT place, min(place) OVER (PARTITION BY account_id, sku, product, bill_type, region) AS first_place, owed_micros
FROM unnest(:account_ids, :skus, :products, :bill_types, :regions) WITH ORDINALITY AS asked (account_id, sku, product, bill_type, region, place)
JOIN owed USING (account_id, sku, product, bill_type, region)
ORDER BY place
