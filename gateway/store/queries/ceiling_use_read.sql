-- What a principal used of a day in an account.
-- in: account_id id, principal_id id, day text
-- out: action text, used_micros int64
SELECT action, used_micros FROM gateway.ceiling_use
WHERE account_id = :account_id AND principal_id = :principal_id AND day = :day ORDER BY action
