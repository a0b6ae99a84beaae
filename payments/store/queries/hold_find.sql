-- One hold.
-- in: account_id id, hold_id id
-- out: account_id id, hold_id id, payment_method_id id, state text, provider_id text?, tries int64, created_time time,
-- out: authorized_time time?
SELECT account_id, hold_id, payment_method_id, state, provider_id, tries, created_time, authorized_time
  FROM hold WHERE account_id = :account_id AND hold_id = :hold_id
