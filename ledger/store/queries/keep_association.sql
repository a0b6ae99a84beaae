-- Keeps who the agent of a customer is and what its terms say of prices, since a moment; agent_id NULL: the relation ended.
-- in: customer_id id, since_time time, relation_id id, agent_id id?, price_book_id text, shares_discount bool, resells bool
INSERT INTO association (customer_id, since_time, relation_id, agent_id, price_book_id, shares_discount, resells)
VALUES (:customer_id, :since_time, :relation_id, :agent_id, :price_book_id, :shares_discount, :resells)
ON CONFLICT (customer_id, since_time, relation_id) DO UPDATE
SET agent_id = excluded.agent_id, price_book_id = excluded.price_book_id, shares_discount = excluded.shares_discount, resells = excluded.resells
