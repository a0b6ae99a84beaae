-- The ceilings of an account.
-- in: account_id id, roles text[], actions text[], transaction_micros int64[], day_micros int64[]
INSERT INTO gateway.ceiling (account_id, role, action, transaction_micros, day_micros)
SELECT :account_id, role, action, transaction_micros, day_micros
FROM unnest(:roles, :actions, :transaction_micros, :day_micros) AS new (role, action, transaction_micros, day_micros)
