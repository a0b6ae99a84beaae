-- How many promotions an account activated, and whether one is among them. The account is locked.
-- in: account_id id, promotion_id id
-- out: count int64, done bool
SELECT count(*) AS count, coalesce(bool_or(promotion_id = :promotion_id), false) AS done
FROM promotion_activation WHERE account_id = :account_id
