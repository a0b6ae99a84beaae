-- The accounts after one in which a principal may act: by its grants, and below those with subtree (GW-13).
-- in: principal_id id, after_id id, limit int64
-- out: account_id id, roles text, owns bool, inherited bool, type text?, environment text?, company_name text?
WITH RECURSIVE held (account_id, role, subtree, height) AS (
    SELECT account_id, role, subtree, 0 FROM role_grant WHERE principal_id = :principal_id
    UNION ALL
    SELECT edge.child_account_id, held.role, true, height + 1
    FROM held
    CROSS JOIN LATERAL (SELECT child_account_id FROM structure_edge AS edge
                        WHERE edge.parent_account_id = held.account_id AND (end_time IS NULL) IS TRUE -- not for an index
                        OFFSET 0) AS edge
    WHERE held.subtree AND height < 4
), mine AS MATERIALIZED (
    SELECT account_id, string_agg(DISTINCT role, ' ') AS roles, min(height) > 0 AS inherited
    FROM held WHERE (account_id > :after_id) IS TRUE
    GROUP BY account_id
    ORDER BY account_id
    LIMIT :limit
)
SELECT mine.account_id, mine.roles, account.principal_id = :principal_id AS owns, mine.inherited, account.type, account.environment,
       (SELECT name FROM company_submission AS submission WHERE submission.account_id = mine.account_id AND state = 'VERIFIED') AS company_name
FROM mine
CROSS JOIN LATERAL (SELECT principal_id, type, environment FROM account WHERE account.account_id = mine.account_id LIMIT 1) AS account
ORDER BY mine.account_id
