-- One hold.
SELECT account_id, hold_id, payment_method_id, state, provider_id, tries, created_time, authorized_time
  FROM hold WHERE account_id = $1::uuid AND hold_id = $2::uuid
