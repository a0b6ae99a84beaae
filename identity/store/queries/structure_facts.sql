-- How a company would stand in the structure with an account that joins its group (B.1): as in relation_facts, from both at once.
-- in: company_id id, account_id id
-- out: cycle bool, above int64, below int64
WITH RECURSIVE both_ends (account_id) AS MATERIALIZED (
    SELECT :account_id
    UNION
    SELECT main_account_id FROM company WHERE company_id = :company_id AND main_account_id IS NOT NULL
), above (account_id, edges) AS (
    SELECT account_id, 0 FROM both_ends
    UNION
    SELECT edge.account_id, above.edges + edge.resale FROM above
    CROSS JOIN LATERAL (
        (SELECT parent_account_id AS account_id, 0 AS resale FROM structure_edge AS joined
         WHERE joined.child_account_id = above.account_id AND end_time IS NULL LIMIT 2)
        UNION ALL
        (SELECT child_account_id, 0 FROM structure_edge AS member
         WHERE member.parent_account_id = above.account_id AND (end_time IS NULL) IS TRUE OFFSET 0)
        UNION ALL
        (SELECT agent_account_id, 1 FROM relation_offer AS held
         WHERE held.customer_account_id = above.account_id AND begin_time IS NOT NULL AND end_time IS NULL LIMIT 1)
    ) AS edge
    WHERE above.edges < 4
), joined (account_id) AS (
    SELECT account_id FROM both_ends
    UNION
    SELECT edge.account_id FROM joined
    CROSS JOIN LATERAL (
        (SELECT parent_account_id AS account_id FROM structure_edge AS over
         WHERE over.child_account_id = joined.account_id AND end_time IS NULL LIMIT 2)
        UNION ALL
        (SELECT child_account_id FROM structure_edge AS under
         WHERE under.parent_account_id = joined.account_id AND (end_time IS NULL) IS TRUE OFFSET 0)
    ) AS edge
)
SELECT EXISTS (SELECT FROM above WHERE edges > 0 AND account_id IN (SELECT account_id FROM both_ends)) AS cycle,
       (SELECT max(edges) FROM above)::bigint AS above, CASE WHEN NOT EXISTS (SELECT FROM joined CROSS JOIN LATERAL (
                     SELECT FROM relation_offer AS held WHERE held.agent_account_id = joined.account_id
                         AND (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE LIMIT 1) AS customer) THEN 0
            WHEN (SELECT max(edges) FROM above) <> 1 THEN 1
            WHEN NOT EXISTS (
-- part: resellers_below
            ) THEN 1 ELSE 2 END::bigint AS below
