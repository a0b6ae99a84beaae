-- How a partner and an account stand to each other in the structure (B.1). Resale edges lead up or down and are counted; the edges of a group, which
-- are not (settled 14), lead to the whole group: who is its main account may change. below is told as far as it decides: whether
-- a customer of the account sells on is asked where nobody stands above the partner, and not of a partner that asks for itself. So the cost never
-- grows with the partner's customers; with those of a reseller once, when it comes under a distributor.
-- in: agent_account_id id, customer_account_id id, now time
-- out: authorised bool, associated bool, cycle bool, above int64, below int64, same_company bool, agent_closed bool, customer_closed bool
WITH RECURSIVE above (account_id, edges) AS (
    SELECT :agent_account_id, 0
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
    SELECT :customer_account_id
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
SELECT coalesce((SELECT end_time IS NULL OR end_time > :now FROM partner_contract WHERE account_id = :agent_account_id
                 ORDER BY contract_id DESC LIMIT 1), false) AS authorised,
       EXISTS (SELECT FROM relation_offer AS held
               WHERE held.customer_account_id = :customer_account_id AND begin_time IS NOT NULL AND end_time IS NULL) AS associated,
       EXISTS (SELECT FROM above WHERE account_id = :customer_account_id AND edges > 0) AS cycle,
       (SELECT max(edges) FROM above)::bigint AS above, CASE WHEN NOT EXISTS (SELECT FROM joined CROSS JOIN LATERAL (
                     SELECT FROM relation_offer AS held WHERE held.agent_account_id = joined.account_id
                         AND (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE LIMIT 1) AS customer) THEN 0
            WHEN (SELECT max(edges) FROM above) > 0 OR :agent_account_id = :customer_account_id THEN 1
            WHEN NOT EXISTS (
-- part: resellers_below
            ) THEN 1 ELSE 2 END::bigint AS below,
       coalesce((SELECT company_id FROM company_submission AS one WHERE one.account_id = :agent_account_id AND state = 'VERIFIED')
                = (SELECT company_id FROM company_submission AS other WHERE other.account_id = :customer_account_id AND state = 'VERIFIED'),
                false) OR EXISTS (SELECT FROM above WHERE account_id = :customer_account_id AND edges = 0) AS same_company,
       EXISTS (SELECT FROM account AS agent WHERE agent.account_id = :agent_account_id AND closed_time IS NOT NULL) AS agent_closed,
       EXISTS (SELECT FROM account AS customer WHERE customer.account_id = :customer_account_id AND closed_time IS NOT NULL) AS customer_closed
