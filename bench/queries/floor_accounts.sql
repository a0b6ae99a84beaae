-- The floor's accounts: each that the batch touches is written once.
UPDATE account
SET transferred_in_micros = account.transferred_in_micros + new.amount_micros, version = account.version + 1
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS new (company_id, account_id, amount_micros)
WHERE account.company_id = new.company_id AND account.account_id = new.account_id
