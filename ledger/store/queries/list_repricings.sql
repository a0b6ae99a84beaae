-- A page of what a partner set, those that were set last first; of a customer, or of all; since a month.
-- in: partner_id id, before_id id, customer_id id?, from_month int64, limit int64
-- out: repricing_id id, customer_id id?, product_id text, month int64, basis int64, ppm int64, set_time time
SELECT repricing_id, customer_id, product_id, month, basis, ppm, set_time
FROM repricing
WHERE partner_id = :partner_id AND repricing_id < :before_id AND month >= :from_month
    AND (:customer_id IS NULL OR customer_id = :customer_id)
ORDER BY repricing_id DESC
LIMIT :limit
