-- An activation, counted with the promotion, which is locked.
-- in: account_id id, coupon_id id, promotion_id id, actor_id id, now time, expire_time time
WITH counted AS (
    UPDATE promotion SET activation_count = activation_count + 1 WHERE promotion_id = :promotion_id
)
INSERT INTO promotion_activation (account_id, coupon_id, promotion_id, actor_id, activate_time, expire_time)
VALUES (:account_id, :coupon_id, :promotion_id, :actor_id, :now, :expire_time)
