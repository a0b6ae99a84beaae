-- Notes that what an account waited for has expired, so that it may ask again; under the lock of its chain.
-- in: customer_id id, now time
UPDATE funding_request SET state = 5, end_time = expire_time WHERE customer_id = :customer_id AND state = 1 AND expire_time <= :now
