-- Tells the world, if this transaction commits.
-- in: company_id id, event_id id, type text, payload bytes, recorded_time time
INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
VALUES (:company_id, :event_id, :type, :payload, :recorded_time)
