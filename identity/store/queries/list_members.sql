-- The members of an account after a principal, with their roles; programs are no members.
-- in: account_id id, after_id id, limit int64
-- out: principal_id id, roles text, owns bool, join_time time
WITH given AS MATERIALIZED ( -- the account is what to look for
    SELECT principal_id, role, grant_time FROM role_grant WHERE account_id = :account_id AND (principal_id > :after_id) IS TRUE
        AND NOT EXISTS (SELECT FROM program WHERE program.principal_id = role_grant.principal_id OFFSET 0)
)
SELECT principal_id, array_to_string(array_agg(role ORDER BY role), ' ') AS roles,
       principal_id = (SELECT account.principal_id FROM account WHERE account_id = :account_id) AS owns, min(grant_time) AS join_time
FROM given
GROUP BY principal_id
ORDER BY principal_id
LIMIT :limit
