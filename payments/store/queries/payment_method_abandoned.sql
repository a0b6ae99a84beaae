-- Cards whose number was lost with the call that brought it, before the provider made a token.
SELECT account_id, payment_method_id
  FROM payment_method WHERE state = 'NEW' AND created_time < $1::timestamptz
 ORDER BY created_time LIMIT $2::bigint
