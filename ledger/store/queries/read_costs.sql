-- The costs of lines of an account by two keys, each a number of CostKey or 0, the total before them; by the keys behind a place. So many
-- lines are looked at. Days and months are told with their names; tag is a line "key=value" between line feeds, tag_key "key=" behind one.
-- in: account_id id, currency text, start_time time, end_time time, product_id text, sku_id text, region_id text, resource_id text, tag text,
-- in: first int64, first_times time[], first_names text[], second int64, second_times time[], second_names text[], tag_key text,
-- in: goes_on bool, after_first text, after_second text, looked int64, limit int64
-- out: first_key text, second_key text, is_total bool, looked int64, line_count int64, unrated_count int64, fits bool, agrees bool, unit text,
-- out: quantity_micros int64, list_micros int64, discount_micros int64, contracted_micros int64, coupon_micros int64, net_micros int64
SELECT coalesce(first_key, '') AS first_key, coalesce(second_key, '') AS second_key, is_total, looked, line_count, unrated_count, fits, agrees,
       CASE WHEN is_one THEN unit ELSE '' END AS unit, CASE WHEN fits THEN quantity::bigint ELSE 0 END AS quantity_micros,
       CASE WHEN fits THEN list::bigint ELSE 0 END AS list_micros, CASE WHEN fits THEN discount::bigint ELSE 0 END AS discount_micros,
       CASE WHEN fits THEN contracted::bigint ELSE 0 END AS contracted_micros, CASE WHEN fits THEN coupon::bigint ELSE 0 END AS coupon_micros,
       CASE WHEN fits THEN net::bigint ELSE 0 END AS net_micros
FROM (
    SELECT *, greatest(abs(quantity), abs(list), abs(discount), abs(contracted), abs(coupon), abs(net)) <= 9223372036854775807 AS fits
    FROM (
        SELECT first_key, second_key, grouping(first_key) = 1 AS is_total, count(*) AS looked, count(*) FILTER (WHERE is_wanted) AS line_count,
               count(*) FILTER (WHERE is_wanted AND state <> 2) AS unrated_count,
               coalesce(bool_and(currency = :currency) FILTER (WHERE is_wanted AND state = 2), true) AS agrees,
               coalesce(count(DISTINCT sku_id) FILTER (WHERE is_wanted) = 1, false) AS is_one, max(unit) FILTER (WHERE is_wanted) AS unit,
               CASE WHEN count(DISTINCT sku_id) FILTER (WHERE is_wanted) = 1 THEN sum(quantity_micros) FILTER (WHERE is_wanted) ELSE 0 END AS quantity,
               coalesce(sum(list_micros) FILTER (WHERE is_wanted), 0) AS list, coalesce(sum(discount_micros) FILTER (WHERE is_wanted), 0) AS discount,
               coalesce(sum(contracted_micros) FILTER (WHERE is_wanted), 0) AS contracted,
               coalesce(sum(coupon_micros) FILTER (WHERE is_wanted), 0) AS coupon, coalesce(sum(net_micros) FILTER (WHERE is_wanted), 0) AS net
        FROM (
            SELECT kept.*, sku.unit,
                   (:product_id = '' OR sku.product_id = :product_id) AND (:sku_id = '' OR kept.sku_id = :sku_id)
                       AND (:region_id = '' OR kept.region_id = :region_id) AND (:resource_id = '' OR kept.resource_id = :resource_id)
                       AND (:tag = '' OR position(:tag IN kept.tags) > 0) AS is_wanted,
                   CASE :first WHEN 1 THEN (:first_names)[width_bucket(kept.start_time, :first_times)]
                               WHEN 2 THEN (:first_names)[width_bucket(kept.start_time, :first_times)]
                               WHEN 3 THEN sku.product_id WHEN 4 THEN kept.sku_id WHEN 5 THEN kept.region_id WHEN 6 THEN kept.resource_id
                               ELSE split_part(split_part(kept.tags, :tag_key, 2), E'\n', 1) END COLLATE "C" AS first_key,
                   CASE :second WHEN 0 THEN '' WHEN 1 THEN (:second_names)[width_bucket(kept.start_time, :second_times)]
                                WHEN 2 THEN (:second_names)[width_bucket(kept.start_time, :second_times)]
                                WHEN 3 THEN sku.product_id WHEN 4 THEN kept.sku_id WHEN 5 THEN kept.region_id WHEN 6 THEN kept.resource_id
                                ELSE split_part(split_part(kept.tags, :tag_key, 2), E'\n', 1) END COLLATE "C" AS second_key
            FROM (
                SELECT start_time, line_id, state, currency, sku_id, region_id, resource_id, tags, quantity_micros, list_micros, discount_micros,
                       contracted_micros, coupon_micros, net_micros
                FROM usage_record
                WHERE usage_record.account_id = :account_id AND start_time >= :start_time AND start_time < :end_time
                ORDER BY start_time, line_id
                LIMIT :looked
            ) AS kept
            CROSS JOIN LATERAL (SELECT product_id, unit FROM sku WHERE sku.sku_id = kept.sku_id LIMIT 1) AS sku
        ) AS line
        GROUP BY GROUPING SETS ((first_key, second_key), ())
    ) AS summed
) AS found
WHERE is_total OR line_count > 0 AND (NOT :goes_on OR (first_key, second_key) > (:after_first, :after_second))
ORDER BY is_total DESC, first_key, second_key
LIMIT :limit
