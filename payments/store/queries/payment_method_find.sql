-- One payment method with its hold.
SELECT m.account_id, m.payment_method_id, m.kind, m.state, m.brand, m.last_four, m.expiry_month, m.expiry_year, m.holder_name,
       m.card_country, m.provider_token, m.failure_reason, m.failure_advice, m.created_time, h.state, h.authorized_time, h.voided_time
  FROM payment_method m LEFT JOIN hold h ON h.account_id = m.account_id AND h.payment_method_id = m.payment_method_id
 WHERE m.account_id = $1::uuid AND m.payment_method_id = $2::uuid
