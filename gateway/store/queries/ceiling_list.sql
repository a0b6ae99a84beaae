-- The ceilings of an account.
-- in: account_id id
-- out: role text, action text, transaction_micros int64, day_micros int64
SELECT role, action, transaction_micros, day_micros FROM gateway.ceiling WHERE account_id = :account_id ORDER BY role, action
