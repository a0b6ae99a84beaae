-- How many promotions an account activated, whether one is among them, and whether a trial allowance is. The account is locked.
-- in: account_id id, promotion_id id
-- out: count int64, done bool, trial bool
SELECT count(*) AS count, coalesce(bool_or(activation.promotion_id = :promotion_id), false) AS done,
       coalesce(bool_or(promotion.trial), false) AS trial
FROM promotion_activation AS activation
CROSS JOIN LATERAL (SELECT trial FROM promotion WHERE promotion.promotion_id = activation.promotion_id LIMIT 1) AS promotion
WHERE activation.account_id = :account_id
