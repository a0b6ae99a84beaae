-- The agent of an account that may allocate to it, else one that may not; as identity told of them.
-- in: customer_id id
-- out: agent_id id, allocates bool
SELECT agent_id, allocates FROM relation WHERE customer_id = :customer_id AND NOT ended ORDER BY allocates DESC LIMIT 1
