-- Another state; ended when it has an end.
-- in: approval_id id, state_before text, state text, end_time time?, failure_reason text
UPDATE gateway.approval SET state = :state, end_time = :end_time, failure_reason = :failure_reason
WHERE approval_id = :approval_id AND state = :state_before
