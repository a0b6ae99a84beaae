-- What an account activated before one, newest first, with what each promotion grants.
-- in: account_id id, before_id id, limit int64
-- out: coupon_id id, code text, activate_time time, expire_time time, amount_micros int64, currency text, products text, bill_types text,
-- out: regions text, actor_id id
SELECT activation.coupon_id, promotion.code, activation.activate_time, activation.expire_time, promotion.amount_micros,
    promotion.currency, promotion.products, promotion.bill_types, promotion.regions, activation.actor_id
FROM promotion_activation AS activation
CROSS JOIN LATERAL (SELECT * FROM promotion WHERE promotion.promotion_id = activation.promotion_id LIMIT 1) AS promotion
WHERE activation.account_id = :account_id AND activation.coupon_id < :before_id
ORDER BY activation.coupon_id DESC
LIMIT :limit
