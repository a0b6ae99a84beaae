-- Whether a partner and an account have a relation that is not over, and how many the partner asked for since a moment.
-- in: agent_account_id id, customer_account_id id, now time, since_time time
-- out: exists bool, day int64
SELECT EXISTS (SELECT FROM relation WHERE customer_account_id = :customer_account_id AND agent_account_id = :agent_account_id AND end_time IS NULL
               AND (begin_time IS NOT NULL OR EXISTS (SELECT FROM relation_offer AS open
                    WHERE open.relation_id = relation.relation_id AND expire_time > :now))) AS exists,
       (SELECT count(*) FROM relation WHERE agent_account_id = :agent_account_id AND create_time > :since_time) AS day
