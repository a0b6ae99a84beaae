-- The hand-over of an account that began last.
-- in: account_id id
-- out: hand_over_id id, leaver_id id, begun_by id, by_operator bool, reason text, email_sealed bytes, email_index bytes,
-- out: phone_sealed bytes, phone_index bytes, create_time time, prove_time time?, end_time time?, outcome text?, successor_id id?,
-- out: approved_by id?
SELECT hand_over_id, leaver_id, begun_by, by_operator, reason, email_sealed, email_index, phone_sealed, phone_index, create_time, prove_time,
       end_time, outcome, successor_id, approved_by
FROM hand_over
WHERE account_id = :account_id
ORDER BY hand_over_id DESC
LIMIT 1
