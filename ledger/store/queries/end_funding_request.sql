-- Notes that a request for funding, which is held, was declined or taken back.
-- in: funding_request_id id, state int64, end_time time, decline_remark text
UPDATE funding_request SET state = :state, end_time = :end_time, decline_remark = :decline_remark WHERE funding_request_id = :funding_request_id
