-- The members of an account after a principal, with their roles.
SELECT role_grant.principal_id, array_to_string(array_agg(role ORDER BY role), ' '), bool_or(account.principal_id = role_grant.principal_id), min(grant_time)
FROM role_grant
JOIN account ON account.account_id = role_grant.account_id
WHERE role_grant.account_id = $1 AND ($2::uuid IS NULL OR role_grant.principal_id > $2)
GROUP BY role_grant.principal_id
ORDER BY role_grant.principal_id
LIMIT $3
