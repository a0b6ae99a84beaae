-- Keeps what identity told of a relation; an id that is another two accounts' stays theirs.
-- in: relation_id id, agent_id id, customer_id id, version int64, allocates bool, agent_pays bool, agent_purchases bool, ended bool,
-- in: paid_until_time time?
INSERT INTO relation (relation_id, agent_id, customer_id, version, allocates, agent_pays, agent_purchases, ended, paid_until_time)
VALUES (:relation_id, :agent_id, :customer_id, :version, :allocates, :agent_pays, :agent_purchases, :ended, :paid_until_time)
ON CONFLICT (relation_id) DO UPDATE
SET version = excluded.version, allocates = excluded.allocates, agent_pays = excluded.agent_pays, agent_purchases = excluded.agent_purchases,
    ended = excluded.ended, paid_until_time = excluded.paid_until_time
WHERE relation.agent_id = excluded.agent_id AND relation.customer_id = excluded.customer_id
