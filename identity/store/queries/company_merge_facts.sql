-- What a merge has to look at (B.1): numbers of both, accounts that would come over, and how the account that stays above stands to those, by
-- edges of groups and of resale, of which the latter are counted (settled 14).
-- in: company_id id, merged_company_id id, main_account_id id?, merged_main_account_id id?
-- out: shares_register bool, numbers int64, accounts int64, related bool, frozen bool, cycle bool, above int64, below int64
WITH RECURSIVE stays AS (
    SELECT country, scheme FROM company WHERE company_id = :company_id
    UNION ALL
    SELECT country, scheme FROM company WHERE merged_into = :company_id
), goes AS (
    SELECT country, scheme FROM company WHERE company_id = :merged_company_id
    UNION ALL
    SELECT country, scheme FROM company WHERE merged_into = :merged_company_id
), coming AS (
    SELECT account_id FROM company_submission WHERE company_id = :merged_company_id AND (state = 'VERIFIED') IS TRUE
), above (account_id, edges, height) AS (
    SELECT :main_account_id::uuid, 0, 0
    UNION
    SELECT edge.account_id, above.edges + edge.resale, height + 1 FROM above
    CROSS JOIN LATERAL (
        (SELECT parent_account_id AS account_id, 0 AS resale FROM structure_edge AS joined
         WHERE joined.child_account_id = above.account_id AND end_time IS NULL LIMIT 2)
        UNION ALL
        (SELECT agent_account_id, 1 FROM relation_offer AS held
         WHERE held.customer_account_id = above.account_id AND begin_time IS NOT NULL AND end_time IS NULL LIMIT 1)
    ) AS edge
    WHERE height < 8
), below (account_id, edges, height) AS (
    SELECT account_id, 0, 0 FROM coming
    UNION
    SELECT edge.account_id, below.edges + edge.resale, height + 1 FROM below
    CROSS JOIN LATERAL (
        (SELECT child_account_id AS account_id, 0 AS resale FROM structure_edge AS joined
         WHERE joined.parent_account_id = below.account_id AND (end_time IS NULL) IS TRUE OFFSET 0)
        UNION ALL
        (SELECT customer_account_id, 1 FROM relation_offer AS held
         WHERE held.agent_account_id = below.account_id AND (begin_time IS NOT NULL AND end_time IS NULL) IS TRUE OFFSET 0)
    ) AS edge
    WHERE height < 8
)
SELECT EXISTS (SELECT FROM stays JOIN goes USING (country, scheme)) AS shares_register,
       (SELECT count(*) FROM stays) + (SELECT count(*) FROM goes) AS numbers,
       (SELECT count(*) FROM coming) AS accounts,
       EXISTS (SELECT FROM coming CROSS JOIN LATERAL (
                   (SELECT agent_account_id AS account_id FROM relation_offer AS held
                    WHERE held.customer_account_id = coming.account_id AND begin_time IS NOT NULL AND end_time IS NULL LIMIT 1)
                   UNION ALL
                   (SELECT customer_account_id FROM relation_offer AS held
                    WHERE held.agent_account_id = coming.account_id AND (begin_time IS NOT NULL AND end_time IS NULL) IS TRUE OFFSET 0)
               ) AS other
               CROSS JOIN LATERAL (SELECT company_id FROM company_submission AS theirs
                                   WHERE theirs.account_id = other.account_id AND state = 'VERIFIED' LIMIT 1) AS there
               WHERE there.company_id = :company_id) AS related,
       EXISTS (SELECT FROM account_freeze WHERE account_id = :merged_main_account_id AND end_time IS NULL) AS frozen,
       EXISTS (SELECT FROM above JOIN below ON below.account_id = above.account_id) AS cycle,
       (SELECT max(edges) FROM above)::bigint AS above, coalesce((SELECT max(edges) FROM below), 0)::bigint AS below
