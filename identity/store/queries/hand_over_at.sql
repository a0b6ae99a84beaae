-- The hand-over of an account that had begun last at a moment (ID-30).
-- in: account_id id, as_of_time time
-- out: hand_over_id id, partner_account_id id?, create_time time, end_time time?
SELECT hand_over_id, partner_account_id, create_time, end_time
FROM hand_over
WHERE account_id = :account_id AND (create_time <= :as_of_time) IS TRUE -- the account is what to look for
ORDER BY hand_over_id DESC
LIMIT 1
