-- Keeps what an account asks its agent for; under the lock of its chain.
-- in: funding_request_id id, customer_id id, agent_id id, amount_micros int64, currency text, remark text, request_time time, expire_time time
INSERT INTO funding_request (funding_request_id, customer_id, agent_id, amount_micros, currency, remark, request_time, expire_time, state)
VALUES (:funding_request_id, :customer_id, :agent_id, :amount_micros, :currency, :remark, :request_time, :expire_time, 1)
