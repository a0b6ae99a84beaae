-- What the account ordered by card in a currency since a moment and was not declined (PAY-26).
SELECT coalesce(sum(amount_micros), 0)::bigint
  FROM top_up
 WHERE account_id = $1::uuid AND currency = $2::text AND created_time > $3::timestamptz AND rail = 'CARD' AND state <> 'FAILED'
