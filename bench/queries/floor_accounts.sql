-- The floor's accounts: each that the batch touches is written once.
UPDATE account
SET transferred_in_micros = account.transferred_in_micros + new.amount_micros, version = account.version + 1
FROM (SELECT unnest($1::uuid[]) AS company_id, unnest($2::uuid[]) AS account_id, unnest($3::bigint[]) AS amount_micros) AS new
WHERE account.company_id = new.company_id AND account.account_id = new.account_id
