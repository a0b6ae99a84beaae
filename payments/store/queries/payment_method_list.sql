-- A page of the account's saved payment methods, newest first, from below the last id seen.
-- in: account_id id, below_id id, limit int64
-- out: as payment_method_find
SELECT m.account_id, m.payment_method_id, m.kind, m.state, m.brand, m.last_four, m.expiry_month, m.expiry_year, m.holder_name,
       m.card_country, m.provider_token, m.failure_reason, m.failure_advice, m.created_time, h.state AS hold_state,
           h.authorized_time, h.voided_time
  FROM payment_method m
  LEFT JOIN LATERAL (SELECT * FROM hold WHERE hold.account_id = m.account_id AND hold.payment_method_id = m.payment_method_id
      LIMIT 1) h ON true
 WHERE m.account_id = :account_id AND m.payment_method_id < :below_id
   AND (m.state IN ('VERIFYING', 'ACTIVE', 'EXPIRED')) IS TRUE -- no question for the index by fingerprint
 ORDER BY m.payment_method_id DESC LIMIT :limit
