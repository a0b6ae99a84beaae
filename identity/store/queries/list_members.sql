-- The members of an account after a principal, with their roles.
-- in: account_id id, after_id id, limit int64
-- out: principal_id id, roles text, owns bool, join_time time
SELECT role_grant.principal_id, array_to_string(array_agg(role ORDER BY role), ' ') AS roles,
       bool_or(account.principal_id = role_grant.principal_id) AS owns, min(grant_time) AS join_time
FROM role_grant
JOIN account ON account.account_id = role_grant.account_id
WHERE role_grant.account_id = :account_id AND role_grant.principal_id > :after_id
GROUP BY role_grant.principal_id
ORDER BY role_grant.principal_id
LIMIT :limit
