-- How many accounts a freeze of an account hits: itself and all under it.
-- in: account_id id
-- out: hit int64
WITH RECURSIVE below (account_id, height) AS (
    SELECT :account_id, 0
    UNION ALL
    SELECT child_account_id, height + 1 FROM below
    CROSS JOIN LATERAL (SELECT child_account_id FROM structure_edge AS edge
                        WHERE edge.parent_account_id = below.account_id AND (end_time IS NULL) IS TRUE OFFSET 0) AS edge
    WHERE height < 4
)
SELECT count(DISTINCT account_id) AS hit FROM below
