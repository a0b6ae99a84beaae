-- What a relation that holds permits an account's partner; no row: none holds with that one.
-- in: agent_account_id id, customer_account_id id, now time
-- out: permissions text
SELECT permissions FROM relation_offer AS terms
CROSS JOIN LATERAL (SELECT effective_time FROM relation WHERE relation.relation_id = terms.relation_id LIMIT 1) AS relation
WHERE terms.customer_account_id = :customer_account_id AND begin_time IS NOT NULL AND end_time IS NULL
    AND (terms.agent_account_id = :agent_account_id) IS TRUE AND (effective_time > :now OR effective_time IS NULL)
