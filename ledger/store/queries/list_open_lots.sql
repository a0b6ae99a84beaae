-- Lists the lots of an account that still hold money, after a place, in the order they will be spent.
SELECT sequence, source_account_id, granted_micros, spent_micros, revoked_micros, granted_time
FROM lot
WHERE company_id = $1 AND account_id = $2 AND sequence > $3 AND spent_micros + revoked_micros < granted_micros
ORDER BY sequence
LIMIT $4
