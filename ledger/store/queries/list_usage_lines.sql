-- What an account used, the latest usage first, behind a place. So many rows are looked at, and those told that are wanted; the last that was
-- looked at is told as well, so that the next page begins behind it. tag is a line "key=value" between line feeds.
-- in: account_id id, before_time time, before_id id, start_time time, end_time time, product_id text, sku_id text, region_id text,
-- in: resource_id text, tag text, looked int64
-- out: as read_usage_record, is_wanted bool, looked int64
SELECT * FROM (
    SELECT
-- part: usage_line_columns
           , (:product_id = '' OR sku.product_id = :product_id) AND (:sku_id = '' OR kept.sku_id = :sku_id)
               AND (:region_id = '' OR kept.region_id = :region_id) AND (:resource_id = '' OR kept.resource_id = :resource_id)
               AND (:tag = '' OR position(:tag IN kept.tags) > 0) AS is_wanted,
           row_number() OVER (ORDER BY kept.start_time DESC, kept.line_id DESC) AS looked
    FROM (
        SELECT *
        FROM usage_record
        WHERE usage_record.account_id = :account_id AND (start_time, line_id) < (:before_time, :before_id)
          AND start_time >= :start_time AND start_time < :end_time
        ORDER BY start_time DESC, line_id DESC
        LIMIT :looked
    ) AS kept
-- part: usage_line
) AS found
WHERE is_wanted OR looked = :looked
ORDER BY start_time DESC, line_id DESC
