-- Lists the lots of an account that still hold money, after a place, in the order they will be spent.
-- in: company_id id, account_id id, after_sequence int64, limit int64
-- out: sequence int64, source_account_id id, granted_micros int64, spent_micros int64, revoked_micros int64, granted_time time
SELECT sequence, source_account_id, granted_micros, spent_micros, revoked_micros, granted_time
FROM lot
WHERE company_id = :company_id AND account_id = :account_id AND sequence > :after_sequence
    AND spent_micros + revoked_micros < granted_micros
ORDER BY sequence
LIMIT :limit
