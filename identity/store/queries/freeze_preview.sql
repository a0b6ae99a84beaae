-- An account and all under it after one, with the strictest level that is in force in each, and how many they are together.
-- in: account_id id, after_id id, now time, limit int64
-- out: account_id id, level text?, hit int64
WITH RECURSIVE below (account_id, height) AS (
    SELECT :account_id, 0
    UNION ALL
    SELECT child_account_id, height + 1 FROM below
    CROSS JOIN LATERAL (SELECT child_account_id FROM structure_edge AS edge
                        WHERE edge.parent_account_id = below.account_id AND (end_time IS NULL) IS TRUE OFFSET 0) AS edge
    WHERE height < 4
), hit AS (
    SELECT DISTINCT account_id FROM below
)
SELECT page.account_id, held.level, (SELECT count(*) FROM hit) AS hit
FROM (SELECT account_id FROM hit WHERE account_id > :after_id ORDER BY account_id LIMIT :limit) AS page
LEFT JOIN LATERAL (
    WITH RECURSIVE chain (account_id, height) AS (
        SELECT page.account_id, 0
        UNION ALL
        SELECT parent_account_id, height + 1 FROM chain
        CROSS JOIN LATERAL (SELECT parent_account_id FROM structure_edge AS edge
                            WHERE edge.child_account_id = chain.account_id AND end_time IS NULL LIMIT 2) AS edge
        WHERE height < 4
    )
    SELECT level FROM chain
    CROSS JOIN LATERAL (SELECT level, CASE level WHEN 'RECHARGE' THEN 1 WHEN 'NEW_PURCHASE' THEN 2 ELSE 3 END AS strictness FROM account_freeze
                        WHERE account_freeze.account_id = chain.account_id AND end_time IS NULL AND begin_time IS NOT NULL
                            AND (expire_time > :now OR expire_time IS NULL)
                        ORDER BY strictness DESC LIMIT 1) AS frozen
    ORDER BY strictness DESC
    LIMIT 1
) AS held ON true
ORDER BY page.account_id
