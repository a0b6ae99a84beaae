-- The type is chosen with the billing address (ID-10).
UPDATE account SET type = $2 WHERE account_id = $1
