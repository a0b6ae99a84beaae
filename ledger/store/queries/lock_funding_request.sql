-- Reads a request for funding and holds it, so that no allocation grants it meanwhile.
-- in: funding_request_id id
-- out: funding_request_id id, customer_id id, agent_id id, amount_micros int64, currency text, remark text, state int64, request_time time,
-- out: expire_time time, end_time time?, granted_micros int64?, transfer_id id?, decline_remark text, went_back bool
SELECT funding_request_id, customer_id, agent_id, amount_micros, currency, remark, state::bigint, request_time, expire_time, end_time, granted_micros,
       transfer_id, decline_remark,
       EXISTS (SELECT FROM transit WHERE transit.transit_id = funding_request.transfer_id AND transit.state = 3) AS went_back
FROM funding_request
WHERE funding_request_id = :funding_request_id
FOR UPDATE
