-- A page of the times that a shared card was put on an account, newest first, whatever became of it.
-- in: card_id id, before_id id, limit int64
-- out: as payment_method_find
SELECT m.account_id, m.payment_method_id, m.kind, m.state, m.brand, m.last_four, m.expiry_month, m.expiry_year, m.holder_name,
       m.card_country, m.provider_token, m.failure_reason, m.failure_advice, m.created_time, h.state AS hold_state,
           h.authorized_time, h.voided_time
  FROM shared_card c
  JOIN LATERAL (SELECT * FROM payment_method WHERE fingerprint = c.fingerprint AND payment_method_id < :before_id
      ORDER BY payment_method_id DESC LIMIT :limit) m ON true
  LEFT JOIN LATERAL (SELECT * FROM hold WHERE hold.account_id = m.account_id AND hold.payment_method_id = m.payment_method_id
      LIMIT 1) h ON true
 WHERE c.card_id = :card_id
 ORDER BY m.payment_method_id DESC
