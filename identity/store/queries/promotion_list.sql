-- Promotions before one, newest first.
-- in: before_id id, limit int64
-- out: as promotion_lock
SELECT promotion_id, code, channel, within_days, until_time, currency, amount_micros, products, bill_types, regions, verification,
    grant_days, activations_max, activation_count, defined_by, define_time, end_time, trial
FROM promotion WHERE promotion_id < :before_id
ORDER BY promotion_id DESC
LIMIT :limit
