-- The relations of an account that hold: to its partner, and to some of its customers.
-- in: account_id id, limit int64
-- out: relation_id id, agent_account_id id, customer_account_id id
(SELECT relation_id, agent_account_id, customer_account_id FROM relation_offer AS partner
 WHERE partner.customer_account_id = :account_id AND begin_time IS NOT NULL AND end_time IS NULL LIMIT 1)
UNION ALL
(SELECT relation_id, agent_account_id, customer_account_id FROM relation_offer AS customer
 WHERE customer.agent_account_id = :account_id AND (begin_time IS NOT NULL AND end_time IS NULL) IS TRUE LIMIT :limit)
