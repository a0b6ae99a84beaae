-- The accounts after one in which a principal may act: by its grants, and below those with subtree (GW-13); on demand only an account and
-- what stands below it, of an environment, or with a text in the name of the company.
-- in: principal_id id, under_id id?, environment text?, name_contains text, after_id id, limit int64
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
), below (account_id, height) AS (
    SELECT :under_id, 0 WHERE :under_id IS NOT NULL
    UNION ALL
    SELECT edge.child_account_id, height + 1
    FROM below
    CROSS JOIN LATERAL (SELECT child_account_id FROM structure_edge AS edge
                        WHERE edge.parent_account_id = below.account_id AND (end_time IS NULL) IS TRUE -- not for an index
                        OFFSET 0) AS edge
    WHERE height < 4
), mine AS MATERIALIZED (
    SELECT account_id, string_agg(DISTINCT role, ' ') AS roles, min(height) > 0 AS inherited
    FROM held
    WHERE (account_id > :after_id) IS TRUE AND (:under_id IS NULL OR account_id IN (SELECT account_id FROM below))
    GROUP BY account_id
    ORDER BY account_id
)
SELECT mine.account_id, mine.roles, account.principal_id = :principal_id AS owns, mine.inherited, account.type, account.environment,
       company.name AS company_name
FROM mine
CROSS JOIN LATERAL (SELECT principal_id, type, environment FROM account WHERE account.account_id = mine.account_id LIMIT 1) AS account
LEFT JOIN LATERAL (
    SELECT name FROM company_submission AS submission WHERE submission.account_id = mine.account_id AND state = 'VERIFIED' LIMIT 1
) AS company ON true
WHERE (:environment IS NULL OR account.environment = :environment)
  AND (:name_contains = '' OR position(lower(:name_contains) IN lower(company.name)) > 0)
ORDER BY mine.account_id
LIMIT :limit
