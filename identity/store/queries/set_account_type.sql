-- The type is chosen with the billing address (ID-10).
-- in: account_id id, type text
UPDATE account SET type = :type WHERE account_id = :account_id
