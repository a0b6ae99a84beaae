-- The programs of an account after one, oldest first, with their roles.
-- in: account_id id, after_id id, limit int64
-- out: program_id id, name text, made_by id, create_time time, roles text, subtree bool
WITH own AS MATERIALIZED ( -- few, and found by the account alone
    SELECT principal_id, name, made_by, create_time FROM program WHERE account_id = :account_id AND (remove_time IS NULL) IS TRUE
)
SELECT own.principal_id AS program_id, name, made_by, create_time, given.roles, given.subtree
FROM own
CROSS JOIN LATERAL (
    SELECT coalesce(string_agg(role, ' ' ORDER BY role), '') AS roles, coalesce(bool_or(subtree), false) AS subtree
    FROM role_grant WHERE role_grant.account_id = :account_id AND role_grant.principal_id = own.principal_id
) AS given
WHERE own.principal_id > :after_id
ORDER BY own.principal_id
LIMIT :limit
