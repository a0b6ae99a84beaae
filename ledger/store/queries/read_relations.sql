-- Reads of each agent and customer the relation that has not ended, as identity told of it, and what the customer asks the agent for now
-- (LED-41); under the lock of a chain of theirs. An id says only when a relation was asked for: an invitation may be accepted after another one
-- of the two began and ended.
-- in: agent_ids id[], customer_ids id[]
-- out: relation_id id, agent_id id, customer_id id, version int64, allocates bool, ended bool, at_risk bool, funding_request_id id?,
-- out: funding_expire_time time?
SELECT last.relation_id, last.agent_id, last.customer_id, last.version, last.allocates, last.ended, last.at_risk,
       asked.funding_request_id, asked.expire_time AS funding_expire_time
FROM unnest(:agent_ids, :customer_ids) AS wanted (agent_id, customer_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM relation
    WHERE relation.customer_id = wanted.customer_id AND relation.agent_id = wanted.agent_id
    ORDER BY ended, relation_id DESC
    LIMIT 1
) AS last
LEFT JOIN LATERAL (
    SELECT funding_request_id, expire_time
    FROM funding_request
    WHERE funding_request.customer_id = wanted.customer_id AND funding_request.state = 1 AND (funding_request.agent_id = wanted.agent_id) IS TRUE
    LIMIT 1
) AS asked ON true
