-- Reads of each agent and customer the relation that has not ended, as identity told of it; under the lock of a chain of theirs. An id says only
-- when a relation was asked for: an invitation may be accepted after another one of the two began and ended.
-- in: agent_ids id[], customer_ids id[]
-- out: relation_id id, agent_id id, customer_id id, version int64, allocates bool, ended bool
SELECT last.relation_id, last.agent_id, last.customer_id, last.version, last.allocates, last.ended
FROM unnest(:agent_ids, :customer_ids) AS wanted (agent_id, customer_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM relation
    WHERE relation.customer_id = wanted.customer_id AND relation.agent_id = wanted.agent_id
    ORDER BY ended, relation_id DESC
    LIMIT 1
) AS last
