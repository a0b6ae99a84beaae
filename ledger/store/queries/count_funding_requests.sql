-- How many of the last requests for funding of an account are of later than a moment, and whether one waits; under the lock of its chain.
-- in: customer_id id, since_time time, now time, limit int64
-- out: asked int64, waits bool
SELECT (SELECT count(*)
        FROM (SELECT request_time FROM funding_request WHERE customer_id = :customer_id ORDER BY request_time DESC LIMIT :limit) AS last
        WHERE request_time > :since_time) AS asked,
       EXISTS (SELECT FROM funding_request WHERE customer_id = :customer_id AND state = 1 AND expire_time > :now) AS waits
