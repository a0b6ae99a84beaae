-- Who the agent of a customer was at a moment, and what its terms said of prices; no row, or an agent that is NULL: there was none.
-- in: customer_id id, at_time time
-- out: agent_id id?, price_book_id text, shares_discount bool, resells bool
SELECT agent_id, price_book_id, shares_discount, resells
FROM association
WHERE customer_id = :customer_id AND since_time <= :at_time
ORDER BY since_time DESC, agent_id IS NOT NULL DESC, relation_id DESC
LIMIT 1
