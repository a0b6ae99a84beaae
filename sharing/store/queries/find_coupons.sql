-- The coupons with something left that accounts own or were ever given and that had not expired at start_time: those of one of the currencies and
-- for one of the products first, then those that expire first. Looks at no more than look_max of the company's.
-- in: company_id id, account_ids id[], currencies text[], products text[], start_time time, look_max int64, limit int64
-- out: asset_id id, fits bool
WITH looked AS MATERIALIZED (
    SELECT asset_id, owner_account_id, expire_time,
        currency = ANY (:currencies) AND (cardinality(products) = 0 OR products && :products) AS fits
    FROM asset
    WHERE company_id = :company_id AND kind = 4 AND remaining_micros > 0 AND expire_time > :start_time
    ORDER BY expire_time
    LIMIT :look_max
)
SELECT looked.asset_id, fits
FROM looked
LEFT JOIN LATERAL (
    SELECT true AS is_given
    FROM share
    WHERE share.company_id = :company_id AND share.asset_id = looked.asset_id AND share.account_id = ANY (:account_ids)
    LIMIT 1
) AS given ON true
WHERE owner_account_id = ANY (:account_ids) OR given.is_given
ORDER BY fits DESC, expire_time, looked.asset_id
LIMIT :limit
