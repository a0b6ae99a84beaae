-- The time around a moment in which the agent of a customer and its terms do not change; NULL: it has no such bound.
-- in: customer_id id, at_time time
-- out: since_time time?, until_time time?
SELECT (SELECT since_time FROM association WHERE customer_id = :customer_id AND since_time <= :at_time ORDER BY since_time DESC LIMIT 1) AS since_time,
       (SELECT since_time FROM association WHERE customer_id = :customer_id AND since_time > :at_time ORDER BY since_time LIMIT 1) AS until_time
