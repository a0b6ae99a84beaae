-- What the account ordered by card in a currency since a moment and was not declined (PAY-26).
-- in: account_id id, currency text, since_time time
-- out: sum_micros int64
SELECT coalesce(sum(amount_micros), 0)::bigint AS sum_micros
  FROM top_up
 WHERE account_id = :account_id AND currency = :currency AND created_time > :since_time AND rail = 'CARD' AND state <> 'FAILED'
