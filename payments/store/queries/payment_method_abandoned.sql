-- Cards whose number was lost with the call that brought it, before the provider made a token.
-- in: before_time time, limit int64
-- out: as hold_claim
SELECT account_id, payment_method_id AS subject_id
  FROM payment_method WHERE state = 'NEW' AND created_time < :before_time
 ORDER BY created_time LIMIT :limit
