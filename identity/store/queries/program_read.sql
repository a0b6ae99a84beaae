-- A program of an account that was not removed.
-- in: account_id id, program_id id
-- out: name text, made_by id, create_time time
SELECT name, made_by, create_time FROM program
WHERE principal_id = :program_id AND (account_id = :account_id AND remove_time IS NULL) IS TRUE -- not for an index
