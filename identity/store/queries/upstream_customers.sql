-- A partner's customers after one, and whether each was at risk by a trouble.
-- in: agent_account_id id, trouble_id id, after_id id, limit int64
-- out: relation_id id, customer_account_id id, noted bool
SELECT relation_id, customer_account_id,
       EXISTS (SELECT FROM relation_risk AS noted WHERE noted.trouble_id = :trouble_id AND noted.relation_id = held.relation_id) AS noted
FROM relation_offer AS held
WHERE agent_account_id = :agent_account_id AND customer_account_id > :after_id AND (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE
ORDER BY customer_account_id LIMIT :limit
