-- The hold of a card, 1.00 USD (PAY-05), kept before it is asked for.
INSERT INTO hold (account_id, hold_id, payment_method_id, state, amount_micros, currency, next_time, created_time)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::bigint, $6::text, $7::timestamptz, $8::timestamptz)
