-- How the usage of an account, an hour and a sku is covered as it stands, corrections counted, by asset; the nil asset is all of the usage,
-- covered or not.
-- in: company_id id, account_id id, hour_time time, sku text, product text, bill_type text, region text
-- out: asset_id id, quantity_micros int64, used_micros int64
WITH piece AS MATERIALIZED (
    SELECT piece_id, quantity_micros
    FROM usage_piece
    WHERE company_id = :company_id AND account_id = :account_id AND hour_time = :hour_time AND sku = :sku AND product = :product
        AND bill_type = :bill_type AND region = :region
)
SELECT '00000000-0000-0000-0000-000000000000'::uuid AS asset_id, coalesce(sum(quantity_micros), 0)::bigint AS quantity_micros,
    0::bigint AS used_micros
FROM piece
UNION ALL
SELECT coverage.asset_id, sum(coverage.quantity_micros)::bigint, sum(coverage.used_micros)::bigint
FROM piece
CROSS JOIN LATERAL (
    SELECT *
    FROM coverage
    WHERE coverage.company_id = :company_id AND coverage.piece_id = piece.piece_id
    ORDER BY place
    LIMIT 2000
) AS coverage
WHERE coverage.quantity_micros <> 0
GROUP BY coverage.asset_id
