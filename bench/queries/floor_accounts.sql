-- The floor's accounts: each that the batch touches is written once.
UPDATE account
SET transferred_in_micros = account.transferred_in_micros + new.amount_micros, version = account.version + 1
FROM (SELECT unnest($1::bigint[]) AS number, unnest($2::bigint[]) AS amount_micros) AS new
WHERE account.number = new.number
