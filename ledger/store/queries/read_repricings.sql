-- All that a partner set for a month.
-- in: partner_id id, month int64
-- out: as list_repricings
SELECT repricing_id, customer_id, product_id, month, basis, ppm, set_time
FROM repricing
WHERE partner_id = :partner_id AND month = :month
LIMIT 1000
