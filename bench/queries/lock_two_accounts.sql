-- Locks source and destination in the order of their ids and reads what the caller decides by.
SELECT account_id, balance_micros
FROM account
WHERE account_id IN ($1::uuid, $2::uuid)
ORDER BY account_id
FOR UPDATE
