-- A program of an account that was not removed.
-- in: account_id id, program_id id
-- out: name text, made_by id, create_time time, subtree bool
SELECT name, made_by, create_time,
       EXISTS (SELECT FROM role_grant WHERE role_grant.account_id = :account_id AND role_grant.principal_id = :program_id AND subtree) AS subtree
FROM program
WHERE principal_id = :program_id AND (account_id = :account_id AND remove_time IS NULL) IS TRUE -- not for an index
