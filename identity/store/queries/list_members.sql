-- The members of an account after a principal, with their roles; programs are no members.
-- in: account_id id, after_id id, limit int64
-- out: principal_id id, roles text, owns bool, join_time time, added_by id?, name_sealed bytes?
WITH given AS MATERIALIZED ( -- the account is what to look for
    SELECT principal_id, role, grant_time, granted_by FROM role_grant WHERE account_id = :account_id AND (principal_id > :after_id) IS TRUE
        AND NOT EXISTS (SELECT FROM program WHERE program.principal_id = role_grant.principal_id OFFSET 0)
), member AS MATERIALIZED (
    SELECT principal_id, array_to_string(array_agg(role ORDER BY role), ' ') AS roles, min(grant_time) AS join_time,
           (array_agg(granted_by ORDER BY grant_time))[1] AS added_by
    FROM given
    GROUP BY principal_id
    ORDER BY principal_id
    LIMIT :limit
)
SELECT principal_id, roles, principal_id = (SELECT account.principal_id FROM account WHERE account_id = :account_id) AS owns, join_time, added_by,
       (SELECT name_sealed FROM principal WHERE principal.principal_id = member.principal_id) AS name_sealed
FROM member
ORDER BY principal_id
