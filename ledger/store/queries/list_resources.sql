-- A page of an account's resources, newest first: those that stand and, if wanted, those that were released; narrowed by what is named.
-- in: account_id id, before_id id, state int64, kind int64, product_id text, region_id text, charging bool, with_ended bool, limit int64
-- out: as lock_resource
SELECT registration_id, source, resource_id, account_id, product_id, region_id, kind::bigint, state::bigint, version, charges_from_creation,
       stopped_meters, start_time, end_time, auto_renew, create_time, change_time
FROM (
    (SELECT * FROM resource
     WHERE account_id = :account_id AND state <> 4 AND registration_id < :before_id AND (:state = 0 OR state = :state)
         AND (:kind = 0 OR kind = :kind) AND (:product_id = '' OR product_id = :product_id) AND (:region_id = '' OR region_id = :region_id)
         AND (NOT :charging OR charges)
     ORDER BY registration_id DESC LIMIT :limit)
    UNION ALL
    (SELECT * FROM resource
     WHERE account_id = :account_id AND state = 4 AND registration_id < :before_id AND (:state = 4 OR (:with_ended AND :state = 0))
         AND (:kind = 0 OR kind = :kind) AND (:product_id = '' OR product_id = :product_id) AND (:region_id = '' OR region_id = :region_id)
         AND NOT :charging
     ORDER BY registration_id DESC LIMIT :limit)
) AS of_both
ORDER BY registration_id DESC
LIMIT :limit
