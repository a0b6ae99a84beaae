SELECT FROM joined CROSS JOIN LATERAL (
    SELECT customer_account_id FROM relation_offer AS held WHERE held.agent_account_id = joined.account_id
        AND (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE OFFSET 0) AS customer
CROSS JOIN LATERAL (
    SELECT customer.customer_account_id AS account_id
    UNION ALL
    (SELECT parent_account_id FROM structure_edge AS over
     WHERE over.child_account_id = customer.customer_account_id AND end_time IS NULL LIMIT 2)
    UNION ALL
    (SELECT member.child_account_id FROM structure_edge AS over CROSS JOIN LATERAL (
         SELECT child_account_id FROM structure_edge AS under
         WHERE under.parent_account_id = over.parent_account_id AND (end_time IS NULL) IS TRUE OFFSET 0) AS member
     WHERE over.child_account_id = customer.customer_account_id AND over.end_time IS NULL)
    UNION ALL
    (SELECT child_account_id FROM structure_edge AS under
     WHERE under.parent_account_id = customer.customer_account_id AND (end_time IS NULL) IS TRUE OFFSET 0)
) AS their
CROSS JOIN LATERAL (
    SELECT FROM relation_offer AS held WHERE held.agent_account_id = their.account_id
        AND (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE LIMIT 1) AS reseller
