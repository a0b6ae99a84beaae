-- The hold of a card, 1.00 USD (PAY-05), kept before it is asked for.
-- in: account_id id, hold_id id, payment_method_id id, state text, amount_micros int64, currency text, next_time time,
-- in: created_time time
INSERT INTO hold (account_id, hold_id, payment_method_id, state, amount_micros, currency, next_time, created_time)
VALUES (:account_id, :hold_id, :payment_method_id, :state, :amount_micros, :currency, :next_time, :created_time)
