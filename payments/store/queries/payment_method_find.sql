-- One payment method with its hold.
-- in: account_id id, payment_method_id id
-- out: account_id id, payment_method_id id, kind text, state text, brand text, last_four text, expiry_month int64,
-- out: expiry_year int64, holder_name text, card_country text, provider_token text?, failure_reason text, failure_advice text,
-- out: created_time time, hold_state text?, authorized_time time?, voided_time time?
SELECT m.account_id, m.payment_method_id, m.kind, m.state, m.brand, m.last_four, m.expiry_month, m.expiry_year, m.holder_name,
       m.card_country, m.provider_token, m.failure_reason, m.failure_advice, m.created_time, h.state AS hold_state,
           h.authorized_time, h.voided_time
  FROM payment_method m LEFT JOIN hold h ON h.account_id = m.account_id AND h.payment_method_id = m.payment_method_id
 WHERE m.account_id = :account_id AND m.payment_method_id = :payment_method_id
