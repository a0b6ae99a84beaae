-- When somebody, or a partner by whomever of its people, began the first hand-over of an account since a time.
-- in: account_id id, begun_by id, partner_account_id id?, since_time time
-- out: first_time time?
SELECT min(create_time) AS first_time FROM hand_over
WHERE account_id = :account_id AND ((begun_by = :begun_by OR partner_account_id = :partner_account_id)
    AND create_time > :since_time) IS TRUE -- the account is what to look for
